/** Methods and the tuners they attach around a frozen backbone: one file per method. */
@NullMarked
package dev.adapterx.peft;

import org.jspecify.annotations.NullMarked;
