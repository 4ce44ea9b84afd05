/** The node's options as the headless node would have them: flags, environment, file of the data folder, defaults. */
import { currentHost, readConfigFile, type SettledConfig, settleConfig as settle } from '../../node/config/index.ts'
import { NodeError } from '../../node/core/node-error.ts'
import type { Arguments } from './arguments.ts'
import type { Choice } from './chain-folders.ts'

type Env = Readonly<Record<string, string | undefined>>

/** @param chosen in place of what was named: with a data folder, the network and the options are what that folder says. @throws NodeError CONFIG_INVALID */
export function settleConfig(
  { flags, config }: Pick<Arguments, 'flags' | 'config'>,
  env: Env,
  chosen: Choice = {},
): SettledConfig {
  const { network: named, ...others } = flags
  const network = chosen.network ?? (chosen.dataDir === undefined ? named : undefined)
  const dataDir = chosen.dataDir ?? flags.dataDir
  const file = readConfigFile(
    {
      config: chosen.dataDir === undefined ? config : undefined,
      dataDir: typeof dataDir === 'string' ? dataDir : undefined,
    },
    env,
  )
  if (!file.ok) throw new NodeError('CONFIG_INVALID', file.error.message)
  const settled = settle({
    flags: {
      ...others,
      ...(network === undefined ? {} : { network }),
      ...(dataDir === undefined ? {} : { dataDir }),
    },
    env,
    file: file.value,
    host: currentHost(),
  })
  if (!settled.ok) throw new NodeError('CONFIG_INVALID', settled.error.message)
  return settled.value
}
