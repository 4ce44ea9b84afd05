/** The whole command line. Each group of commands has its own file in commands/. */
import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { addAccountCommands } from './commands/account.ts'
import { addBenchCommands } from './commands/bench.ts'
import { addClusterCommands } from './commands/cluster.ts'
import { addHelpCommands } from './commands/help.ts'
import { addHsmCommands } from './commands/hsm.ts'
import { addJoinCommand } from './commands/join.ts'
import { addLabelCommands } from './commands/label.ts'
import { addMessageCommands } from './commands/message.ts'
import { addNetworkCommands } from './commands/network.ts'
import { addNodeCommands } from './commands/node.ts'
import { addPaymentCommands } from './commands/payment.ts'
import { addPeerCommands } from './commands/peer.ts'
import { addProofCommands } from './commands/proof.ts'
import { addRecordCommands } from './commands/records.ts'
import { addSimCommands } from './commands/sim.ts'
import { addTokenCommands } from './commands/token.ts'
import { addTxCommands } from './commands/tx.ts'
import { addValidatorCommands } from './commands/validator.ts'
import { addVaultCommands } from './commands/vault.ts'
import type { Environment } from './environment.ts'
import type { StartNode } from './node-runner.ts'

export function createProgram(environment: Environment, startNode: StartNode): Command {
  const { stdout, stderr } = environment
  const version = readVersion()
  const program = new Command('qudag')
    .description('Wallet and node for rUv, a post-quantum resource-credit ledger.')
    .version(version, '--version', 'print the version')
    .option('--data-dir <dir>', 'folder of the node to run or to talk to (QUDAG_DATA_DIR stands for it)')
    .option('--network <dev|test|main|file>', 'the network, or the path of a genesis file (default: dev)')
    .option('--config <file>', 'configuration file (default: config.json in the data folder)')
    .option('--json', 'print data as one JSON value, errors as JSON on stderr')
    .option('--quiet', 'print data and errors only')
    .option('--no-color', 'no colours; so does NO_COLOR')
    .helpOption('--help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      // Told by runCli, as text or as JSON like every other failure.
      outputError: () => undefined,
    })
    .addHelpText(
      'after',
      '\nAmounts are rUv with up to 6 decimals; with --json, decimal strings of base units (1 rUv = 1 000 000).' +
        '\nExit codes: 0 done, 1 failed, 2 usage, 3 locked, 4 not reachable, 5 rejected by the ledger, 6 timed out, 130 interrupted.' +
        '\n\nExamples:\n  $ qudag node start --detach\n  $ qudag vault init\n  $ qudag transfer ruvd1… 12.5 --wait finalized',
    )
  addNodeCommands(program, environment, startNode)
  addNetworkCommands(program, environment)
  addJoinCommand(program, environment)
  addVaultCommands(program, environment)
  addAccountCommands(program, environment)
  addHsmCommands(program, environment)
  addLabelCommands(program, environment)
  addPaymentCommands(program, environment)
  addTxCommands(program, environment)
  addMessageCommands(program, environment)
  addTokenCommands(program, environment)
  addValidatorCommands(program, environment)
  addPeerCommands(program, environment)
  addRecordCommands(program, environment)
  addProofCommands(program, environment)
  addClusterCommands(program, environment)
  addSimCommands(program, environment)
  addBenchCommands(program, environment)
  addHelpCommands(program, environment, version)
  return program
}

/** Of the package: two folders up both from here and from the built program. */
function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
