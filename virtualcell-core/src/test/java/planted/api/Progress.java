package planted.api;

/** Stands for the progress listener. */
public final class Progress {}
