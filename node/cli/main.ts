#!/usr/bin/env node
/** Entry of the command line. */
import { systemEnvironment } from './environment.ts'
import { runCli } from './run-cli.ts'

// The reader of a pipe has gone (`qudag tx list | head -1`): nothing is left to say, and nobody to say it to.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0)
    throw error
  })
}

process.exitCode = await runCli(process.argv.slice(2), systemEnvironment())
