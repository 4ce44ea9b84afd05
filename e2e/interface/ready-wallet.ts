/** A wallet as the command line makes it on the node of an interface that is open: for flows that are about what comes after. */
import type { Transaction } from '../../node/api/contract/index.ts'
import type { CommandLine } from '../desktop/command-line.ts'
import { password } from './pages/secrets.ts'

/** A vault with these accounts, and test money for the first of them. @returns the recovery phrase */
export async function readyWallet(
  { run }: CommandLine,
  accounts: readonly string[] = ['Everyday', 'Savings'],
): Promise<readonly string[]> {
  const { phrase } = await run<{ phrase: string[] }>(['vault', 'init', '--password-fd', '3'], [password])
  for (const label of accounts) await run(['account', 'create', '--label', label])
  const [first] = accounts
  if (first !== undefined) await run<Transaction>(['faucet', first, '100', '--wait', 'finalized'])
  return phrase
}
