/**
 * The command line `qudag`. main.ts is its entry; program.ts puts the tree together from commands/, one file a group;
 * errors.ts and exit-codes.ts say how a run ends, output.ts where things are printed, secrets.ts how passwords come in.
 */
export { type ExitCode, exitCodes } from './exit-codes.ts'
export type { RunningNode, StartNode } from './node-runner.ts'
export { runCli } from './run-cli.ts'
