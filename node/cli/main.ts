#!/usr/bin/env node
/** Entry of the command line. */
import { systemEnvironment } from './environment.ts'
import { exitCodes } from './exit-codes.ts'
import { runCli, tellFailure } from './run-cli.ts'

// The reader of a pipe has gone (`qudag tx list | head -1`): nothing is left to say, and nobody to say it to.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0)
    throw error
  })
}

// A fault outside of any call: the node's data is safe on disk, its memory is not to be trusted, so the process ends.
process.on('uncaughtException', (error) => {
  const environment = systemEnvironment()
  tellFailure(error, process.argv.slice(2), environment)
  process.exit(exitCodes.failed)
})

process.exitCode = await runCli(process.argv.slice(2), systemEnvironment())
