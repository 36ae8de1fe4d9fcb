/** What is to be learned of pictures besides a class: it moves with its picture. */
@org.jspecify.annotations.NullMarked
package dev.adapterx.data.targets;
