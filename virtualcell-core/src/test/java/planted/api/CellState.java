package planted.api;

/** Stands for a value of the public API. */
public final class CellState {}
