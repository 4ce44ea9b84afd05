/** The node's options as the headless node would have them: flags, environment, file of the data folder, defaults. */
import { currentHost, readConfigFile, type SettledConfig, settleConfig as settle } from '../../node/config/index.ts'
import { NodeError } from '../../node/core/node-error.ts'
import type { Arguments } from './arguments.ts'

type Env = Readonly<Record<string, string | undefined>>

/** @param network in place of the one that was named. @throws NodeError CONFIG_INVALID */
export function settleConfig(
  { flags, config }: Pick<Arguments, 'flags' | 'config'>,
  env: Env,
  network?: string,
): SettledConfig {
  const { dataDir } = flags
  const file = readConfigFile({ config, dataDir: typeof dataDir === 'string' ? dataDir : undefined }, env)
  if (!file.ok) throw new NodeError('CONFIG_INVALID', file.error.message)
  const settled = settle({
    flags: network === undefined ? flags : { ...flags, network },
    env,
    file: file.value,
    host: currentHost(),
  })
  if (!settled.ok) throw new NodeError('CONFIG_INVALID', settled.error.message)
  return settled.value
}
