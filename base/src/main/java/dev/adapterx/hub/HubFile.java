package dev.adapterx.hub;

import java.nio.file.Path;

/**
 * A file of the hub on this machine.
 *
 * @param name its name in the repository
 * @param path where it is
 * @param commit of the repository it belongs to
 * @param size in bytes
 * @param sha256 of its content
 * @param downloaded whether it came over the network just now
 */
public record HubFile(
    String name, Path path, String commit, long size, String sha256, boolean downloaded) {}
