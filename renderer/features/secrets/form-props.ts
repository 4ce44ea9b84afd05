/** What every form gets. */
import type { NodeClient, Platform } from '../../rpc/index.ts'

export interface SecretFormPartProps {
  readonly api: NodeClient
  readonly platform: Platform
  /** Once, when it did what it was opened for (true) or was left (false). */
  onDone(done: boolean): void
}
