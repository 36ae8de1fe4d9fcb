/** Many runs under one folder: methods side by side, and the search for a method's settings. */
@NullMarked
package dev.adapterx.train.study;

import org.jspecify.annotations.NullMarked;
