package planted.attic;

/** Breaks a rule on purpose. */
public final class LivesInNoRoom {}
