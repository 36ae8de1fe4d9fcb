/** Methods made for point clouds. */
@NullMarked
package dev.adapterx.peft.points;

import org.jspecify.annotations.NullMarked;
