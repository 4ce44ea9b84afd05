/** Takes the folder named by its argument, prints `taken` or the error's code and pid, and holds it until killed. */
import { NodeError } from '../../core/node-error.ts'
import { lockDataFolder } from '../data-folder-lock.ts'

try {
  lockDataFolder(process.argv[2] as string)
  process.stdout.write('taken\n')
  // Ends with its parent: a closed standard input is the end of the loop.
  process.stdin.resume()
} catch (error) {
  if (!(error instanceof NodeError)) throw error
  process.stdout.write(`${error.code} ${error.details.pid}\n`)
}
