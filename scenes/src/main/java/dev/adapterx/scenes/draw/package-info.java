/** Random numbers by place, and folders that one program at a time fills. */
@NullMarked
package dev.adapterx.scenes.draw;

import org.jspecify.annotations.NullMarked;
