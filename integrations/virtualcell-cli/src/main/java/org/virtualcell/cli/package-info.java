/**
 * The command line {@code vc}: one class per verb, thin over the library. Results go to standard
 * output, everything else to standard error; {@link org.virtualcell.cli.ExitStatus} is the only
 * place where an exception becomes an exit status. The door is {@link org.virtualcell.cli.Main};
 * {@link org.virtualcell.cli.CommandShell} runs the same commands in-process.
 */
package org.virtualcell.cli;
