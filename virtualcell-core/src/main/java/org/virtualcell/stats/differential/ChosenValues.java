package org.virtualcell.stats.differential;

import java.util.Arrays;
import java.util.Optional;
import org.virtualcell.api.ExpressionMatrix;
