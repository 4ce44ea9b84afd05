/** `qudag audit` and `qudag storage`: what is kept, and whether it still adds up. */
import { type Command, InvalidArgumentError } from 'commander'
import { contractLimits } from '../../api/contract/index.ts'
import type { Environment } from '../environment.ts'
import { CliError } from '../errors.ts'
import { fields, printable, table } from '../output.ts'
import { action, examples } from './action.ts'

export function addRecordCommands(program: Command, environment: Environment): void {
  const audit = program.command('audit').description('the log of every change, unlock, signature and refusal')

  const show = audit
    .command('show')
    .description('the newest entries of the audit log, newest last')
    .option('--limit <n>', 'at most so many', entryCount)
  examples(show, 'audit show --limit 20')
  action(show, environment, ({ withNode, out }, options) =>
    withNode(async (client, signal) => {
      const limit = options.limit as number | undefined
      const shown = await client.audit.show(limit === undefined ? {} : { limit }, { signal })
      out.data(shown, () =>
        table(
          ['No.', 'Time', 'Action', 'Details'],
          shown.entries.map(({ seq, at, action: name, details }) => [
            String(seq),
            at,
            name,
            Object.entries(details)
              .map(([key, value]) => `${key}=${printable(String(value))}`)
              .join(' '),
          ]),
          [0],
        ),
      )
    }),
  )

  const verifyAudit = audit.command('verify').description('check that no entry was changed, removed or put in')
  action(verifyAudit, environment, ({ withNode, out }) =>
    withNode(async (client, signal) => {
      const verdict = await client.audit.verify(undefined, { signal })
      const { problem } = verdict
      out.data(verdict, () =>
        fields([
          ['Audit log', verdict.ok ? out.paint('good', 'sound') : out.paint('bad', 'altered')],
          ['Entries', String(verdict.entries)],
          [
            'Problem',
            problem === undefined ? undefined : `${problem.file}, line ${problem.line}: ${printable(problem.reason)}`,
          ],
        ]),
      )
      if (!verdict.ok) {
        throw new CliError('AUDIT_ALTERED', 'The audit log was altered or damaged.', {
          hint: 'Keep the files as they are, and compare them with a backup.',
        })
      }
    }),
  )

  const storage = program.command('storage').description('what the node keeps on disk')

  const status = storage.command('status').description('size and contents of the store')
  action(status, environment, ({ withNode, out }) =>
    withNode(async (client, signal) => {
      const shown = await client.storage.status(undefined, { signal })
      out.data(shown, () =>
        fields([
          ['Size', `${(shown.bytes / 1e6).toFixed(1)} MB`],
          ['Commits', String(shown.commits)],
          ['Transactions', String(shown.transactions)],
          ['Journal records', String(shown.journalRecords)],
          ['Schema', `version ${shown.schemaVersion}`],
        ]),
      )
    }),
  )

  const verifyStorage = storage
    .command('verify')
    .description('replay everything from the genesis and compare; slow, and the node goes on meanwhile')
    .summary('replay everything and compare')
  action(verifyStorage, environment, ({ withNode, out }) =>
    withNode(async (client, signal) => {
      out.note('Replaying from the genesis …')
      const verdict = await client.storage.verify(undefined, { signal })
      out.data(verdict, () =>
        fields([
          ['Store', verdict.ok ? out.paint('good', 'sound') : out.paint('bad', 'does not add up')],
          ['Commits', String(verdict.commits)],
          ['Transactions', String(verdict.transactions)],
          ['State root', verdict.stateRoot],
          ...verdict.problems.map((problem): [string, string] => ['Problem', printable(problem)]),
        ]),
      )
      if (!verdict.ok) {
        throw new CliError('STORAGE_INCONSISTENT', 'What is stored does not add up.', {
          hint: 'Keep the data folder as it is; the vault is not affected and can be restored elsewhere.',
        })
      }
    }),
  )
}

function entryCount(value: string): number {
  const most = contractLimits.maxAuditEntries
  if (!/^\d{1,4}$/.test(value) || Number(value) < 1 || Number(value) > most) {
    throw new InvalidArgumentError(`A number from 1 to ${most}.`)
  }
  return Number(value)
}
