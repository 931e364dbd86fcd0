/**
 * What an application programs against: cell states, perturbations, predictors, and the exceptions
 * they raise. It depends on nothing but the Java platform.
 */
module org.virtualcell.api {
  exports org.virtualcell.api;
}
