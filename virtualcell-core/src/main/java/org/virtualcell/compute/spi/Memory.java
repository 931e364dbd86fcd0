package org.virtualcell.compute.spi;

/**
 * A piece of a device's raw memory, made by {@link DeviceBackend#allocate}: an array, an address.
 * Core never looks inside. It keeps what it needs to be released and nothing else; core counts its
 * bytes and sees that it is released once.
 */
public interface Memory {}
