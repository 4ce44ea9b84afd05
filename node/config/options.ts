/**
 * Every option of the node, once: flags, environment, configuration file, settings form and docs/configuration.md all
 * come from this table.
 */
import { z } from 'zod'
import { type ConfigOption, noYes, option } from './config-option.ts'
import { defaultDataDir } from './host.ts'
import { limits } from './limits.ts'
import { p2pOptions } from './p2p-options.ts'

export type { ConfigOption } from './config-option.ts'

/** A path, not yet resolved. NUL ends a path for the operating system but not for us, so it has no place in one. */
const path = z
  .string()
  .min(1)
  .max(limits.maxPathLength)
  .refine((text) => !text.includes('\0'), 'a path without NUL characters')

/** Names of the networks that need no file. */
export const networkNames = ['dev', 'test', 'main'] as const

const network = path.refine(
  (text) => networkNames.some((name) => name === text) || /[\\/]|\.json$/.test(text),
  'dev, test, main, or the path of a genesis file (with a slash in it, or ending in .json)',
)

/** An address to listen on; a name would have to be resolved, and could come to mean another machine. */
const listenAddress = z.union([z.ipv4(), z.ipv6(), z.literal('localhost')], 'an IP address, or localhost')

const integer = (least: number, most: number) => z.int().min(least).max(most)

/** As many as the verifier pool starts (node/crypto/limits.ts); a test holds the two together. */
export const mostVerifierWorkers = 16

export const options = {
  dataDir: option({
    schema: path,
    description: 'Folder of everything this node keeps: keystore, ledger, journal, logs. One running node a folder.',
    flag: 'data-dir',
    placeholder: 'dir',
    env: 'QUDAG_DATA_DIR',
    defaultOf: defaultDataDir,
    defaultText:
      '`$XDG_DATA_HOME/qudag-exchange` (`~/.local/share` where that is unset); on macOS `~/Library/Application Support/qudag-exchange`; on Windows `%APPDATA%\\qudag-exchange`',
    liveChange: false,
    isPath: true,
  }),
  network: option({
    schema: network,
    description:
      'The network to join: dev is one validator on this machine with a faucet; test, main or the path of a genesis file name others.',
    flag: 'network',
    placeholder: 'dev|test|main|file',
    defaultOf: () => 'dev',
    liveChange: false,
  }),
  logLevel: option({
    schema: z.enum(['error', 'warn', 'info', 'debug']),
    description: 'How much is logged. No level logs a secret.',
    flag: 'log-level',
    placeholder: 'level',
    defaultOf: () => 'info' as const,
    liveChange: true,
  }),
  logFormat: option({
    schema: z.enum(['text', 'json']),
    description: 'How a log line is written: text for people, json for machines.',
    flag: 'log-format',
    placeholder: 'format',
    defaultOf: () => 'text' as const,
    liveChange: false,
  }),
  validatorKeyFile: option({
    schema: path,
    description:
      'Key file of the validator this node signs as. Without one it validates on a development network only.',
    flag: 'validator',
    placeholder: 'keyfile',
    defaultOf: () => undefined,
    defaultText: 'none',
    liveChange: false,
    isPath: true,
  }),
  validatorPasswordFile: option({
    schema: path,
    description:
      'File with the password of the validator key file (0600, owned by the user). Without it the password is asked for.',
    flag: 'validator-password-file',
    placeholder: 'file',
    defaultOf: () => undefined,
    defaultText: 'none',
    liveChange: false,
    isPath: true,
    sensitive: true,
  }),
  apiPort: option({
    schema: integer(0, 65_535),
    description:
      'Port of the HTTP interface on the loopback address. 0 takes any free one; a port that is named and taken is an error.',
    flag: 'api-port',
    placeholder: 'port',
    defaultOf: () => undefined,
    defaultText: '3000, or any free one where that is taken',
    liveChange: false,
  }),
  apiHost: option({
    schema: listenAddress,
    description:
      'Address of the HTTP interface. One that other machines can reach also takes --allow-remote yes, --tls-cert-file and --tls-key-file.',
    flag: 'api-host',
    placeholder: 'address',
    defaultOf: () => 'localhost',
    defaultText: '`localhost`: 127.0.0.1, and ::1 where the machine has it',
    liveChange: false,
  }),
  allowRemote: option({
    schema: noYes,
    description: 'Whether the HTTP interface may listen where other machines can reach it.',
    flag: 'allow-remote',
    placeholder: 'no|yes',
    defaultOf: () => 'no' as const,
    liveChange: false,
  }),
  tlsCertFile: option({
    schema: path,
    description:
      'Certificate of the HTTP interface (PEM, with its chain). Its names are those that the interface answers to.',
    flag: 'tls-cert-file',
    placeholder: 'file',
    defaultOf: () => undefined,
    defaultText: 'none',
    liveChange: false,
    isPath: true,
  }),
  tlsKeyFile: option({
    schema: path,
    description: 'Private key of that certificate (PEM, without a password).',
    flag: 'tls-key-file',
    placeholder: 'file',
    defaultOf: () => undefined,
    defaultText: 'none',
    liveChange: false,
    isPath: true,
    sensitive: true,
  }),
  autoLockMinutes: option({
    schema: integer(0, 1_440),
    description: 'Minutes without use after which the keystore locks by itself. 0 never locks it.',
    flag: 'auto-lock-minutes',
    placeholder: 'minutes',
    defaultOf: () => 15,
    liveChange: true,
  }),
  maxMempoolTransactions: option({
    schema: integer(100, 1_000_000),
    description:
      'Transactions held while they wait to be proposed; at the limit new ones are refused with MEMPOOL_FULL.',
    flag: 'max-mempool-transactions',
    placeholder: 'count',
    defaultOf: () => 20_000,
    liveChange: false,
  }),
  verifierWorkers: option({
    schema: integer(1, mostVerifierWorkers),
    description: 'Threads that check signatures.',
    flag: 'verifier-workers',
    placeholder: 'count',
    defaultOf: (host) => Math.min(mostVerifierWorkers, Math.max(1, host.cpuCount - 1)),
    defaultText: 'one less than the cores of the machine, at least 1',
    liveChange: false,
  }),
  roundIntervalMs: option({
    schema: integer(100, 200),
    description: 'Shortest time between two rounds of a validator, in milliseconds (docs/protocol.md, "Vertex DAG").',
    flag: 'round-interval-ms',
    placeholder: 'ms',
    defaultOf: () => 100,
    liveChange: false,
  }),
  idleHeartbeatSeconds: option({
    schema: integer(1, 60),
    description:
      'Seconds between rounds while nothing waits to be ordered, so that an idle network keeps its time and checkpoints without filling the disk.',
    flag: 'idle-heartbeat-seconds',
    placeholder: 'seconds',
    defaultOf: () => 30,
    liveChange: false,
  }),
  trustCheckpoint: option({
    schema: z
      .string()
      .regex(/^\d{1,15}:[0-9a-f]{64}$/, 'the number of a checkpoint, a colon and its hash in 64 hex digits'),
    description:
      'A recent checkpoint to trust, as number:hash from somebody you trust (`qudag node status --json` shows it). Needed to join a network whose genesis, or what this node knows of it, is older than half of its unbonding time.',
    flag: 'trust-checkpoint',
    placeholder: 'number:hash',
    defaultOf: () => undefined,
    defaultText: 'the genesis, or the newest checkpoint of this node',
    liveChange: false,
  }),
  ...p2pOptions,
} as const satisfies Record<string, ConfigOption>

export type OptionName = keyof typeof options

export const optionNames = Object.keys(options) as OptionName[]

/** The table without the precise schemas, for code that treats all options alike. */
export function optionOf(name: OptionName): ConfigOption {
  return options[name]
}

type Required = Exclude<
  OptionName,
  | 'apiPort'
  | 'validatorKeyFile'
  | 'validatorPasswordFile'
  | 'tlsCertFile'
  | 'tlsKeyFile'
  | 'p2pListen'
  | 'trustCheckpoint'
>

/** Every value settled, every path absolute. */
export type Config = { readonly [Name in Required]: z.output<(typeof options)[Name]['schema']> } & {
  readonly [Name in Exclude<OptionName, Required>]: z.output<(typeof options)[Name]['schema']> | undefined
}

/** The configuration file: any of the options, nothing else. */
export const configFileSchema = z.strictObject(
  Object.fromEntries(
    optionNames.map((name) => [name, optionOf(name).schema.describe(optionOf(name).description).optional()]),
  ),
)
