/** A wallet on the node of an interface that is open, as another program makes it: for flows that are about what comes after. */
import { fileURLToPath } from 'node:url'
import type { CommandLine } from '../desktop/command-line.ts'
import { password } from './pages/secrets.ts'

const program = fileURLToPath(new URL('./make-wallet.ts', import.meta.url))

/** A vault with these accounts, and test money for the first of them. @returns the recovery phrase */
export async function readyWallet(
  { runFile }: CommandLine,
  accounts: readonly string[] = ['Everyday', 'Savings'],
): Promise<readonly string[]> {
  return await runFile<string[]>(program, accounts, [password])
}
