/** What each folder may and may not import, as docs/architecture.md has it in "Who may import whom". */

export interface Row {
  /** Violations are planted as files in it. */
  readonly folder: string
  readonly allowed: readonly string[]
  /** Allowed only where nothing of it is left at run time. */
  readonly allowedTypes?: readonly string[]
  readonly refused: readonly string[]
}

export const rows: readonly Row[] = [
  {
    folder: 'node/core',
    allowed: ['./b.ts', './sub/c.ts', '@ipld/dag-cbor', '@noble/hashes/sha3.js'],
    refused: ['../crypto/a.ts', '../ledger/types.ts', '../config/a.ts', 'better-sqlite3', 'ws', 'node:fs', 'fs', 'os'],
  },
  { folder: 'node/core/sub', allowed: ['../b.ts', './b.ts'], refused: ['../../crypto/a.ts', '../../node.ts'] },
  {
    folder: 'node/crypto',
    allowed: ['../core/bytes.ts', './backends/noble.ts', 'node:crypto', 'node:worker_threads', '@noble/post-quantum'],
    refused: [
      '../ledger/a.ts',
      '../storage/a.ts',
      '../vault/a.ts',
      '../services/types.ts',
      '../../bench/a.ts',
      'electron',
    ],
  },
  {
    folder: 'node/crypto/backends',
    allowed: ['../types.ts', '../../core/bytes.ts'],
    refused: ['../../ledger/a.ts', '../../config/a.ts', '../../../bench/a.ts'],
  },
  {
    folder: 'node/crypto/backends/wasm',
    allowed: ['../../types.ts', '../noble.ts', '../../../core/bytes.ts'],
    refused: ['../../../ledger/a.ts'],
  },
  {
    folder: 'node/crypto/backends/wasm/deep',
    allowed: ['./b.ts', '../../../../core/bytes.ts'],
    refused: ['../../../../ledger/a.ts', '../../../../../bench/a.ts'],
  },
  {
    folder: 'node/ledger',
    allowed: ['../core/result.ts', '../crypto/hash.ts', './types.ts', '@noble/hashes/sha3.js'],
    refused: ['../consensus/a.ts', '../storage/types.ts', '../vault/a.ts', '../api/contract/a.ts', 'node:fs', 'zod'],
  },
  {
    folder: 'node/consensus',
    allowed: ['../core/result.ts', '../crypto/hash.ts', '../ledger/types.ts'],
    allowedTypes: ['../ledger/transaction.ts', '../ledger/index.ts'],
    refused: ['../ledger/transaction.ts', '../ledger/index.ts', '../storage/types.ts', '../p2p/a.ts', 'node:timers'],
  },
  {
    folder: 'node/files',
    allowed: ['../core/result.ts', './b.ts', 'node:fs'],
    refused: [
      '../crypto/a.ts',
      '../ledger/a.ts',
      '../storage/a.ts',
      '../vault/a.ts',
      '../services/types.ts',
      'electron',
    ],
  },
  ...['storage', 'vault'].map((name) => ({ folder: `node/${name}`, allowed: ['../files/a.ts'], refused: [] })),
  ...['p2p', 'market', 'ledger', 'consensus'].map((name) => ({
    folder: `node/${name}`,
    allowed: [],
    refused: ['../files/a.ts'],
  })),
  ...['storage', 'p2p', 'vault', 'market'].map((name, index, all) => ({
    folder: `node/${name}`,
    allowed: ['../core/result.ts', '../crypto/hash.ts', '../ledger/a.ts', 'node:fs', `./${name}/a.ts`],
    refused: [
      `../${all[(index + 1) % all.length]}/a.ts`,
      `../${all[(index + 2) % all.length]}/types.ts`,
      '../consensus/a.ts',
      '../services/types.ts',
      '../api/client.ts',
      '../config/a.ts',
      '../node.ts',
      '../../electron/main/a.ts',
      'electron',
    ],
  })),
  {
    folder: 'node/market/runtime',
    allowed: ['../policy.ts', '../../ledger/a.ts'],
    refused: ['../../vault/a.ts', '../../../renderer/a.ts'],
  },
  {
    folder: 'node/services',
    allowed: ['core', 'crypto', 'ledger', 'consensus', 'files', 'storage', 'vault', 'p2p', 'market'].map(
      (name) => `../${name}/a.ts`,
    ),
    allowedTypes: ['../config/index.ts'],
    refused: [
      '../config/index.ts',
      '../api/contract/a.ts',
      '../cli/a.ts',
      '../node.ts',
      '../../renderer/a.ts',
      'electron',
    ],
  },
  {
    folder: 'node/api/contract',
    allowed: ['./b.ts', '../../core/amount.ts', 'zod', '@orpc/contract', '@scure/base'],
    refused: [
      '../handlers/a.ts',
      '../client.ts',
      '../../services/types.ts',
      '../../crypto/a.ts',
      'node:fs',
      '@orpc/server',
    ],
  },
  {
    folder: 'node/api/handlers',
    allowed: ['../contract/a.ts', '../../services/types.ts', '../../core/result.ts', '@orpc/server'],
    refused: ['../transports/a.ts', '../client.ts', '../../storage/a.ts', '../../vault/a.ts', '../../ledger/a.ts'],
  },
  {
    folder: 'node/api/transports',
    allowed: ['../contract/a.ts', '../handlers/a.ts', '../client.ts', '../../core/result.ts', 'node:net'],
    allowedTypes: ['../../services/types.ts'],
    refused: [
      '../../services/index.ts',
      '../../services/types.ts',
      '../../storage/a.ts',
      '../../config/a.ts',
      '../../cli/a.ts',
    ],
  },
  {
    folder: 'node/api/transports/http',
    allowed: ['../../contract/a.ts', '../../handlers/a.ts', '../frame.ts', '../../../core/result.ts', 'node:http'],
    allowedTypes: ['../../../services/types.ts'],
    refused: [
      '../../../services/types.ts',
      '../../../storage/a.ts',
      '../../../config/a.ts',
      '../../../node.ts',
      '../../../api.ts',
    ],
  },
  {
    folder: 'node/api/client',
    allowed: ['../contract/a.ts', '../../core/result.ts', './b.ts'],
    refused: ['../handlers/a.ts', '../transports/a.ts', '../../services/types.ts'],
  },
  {
    folder: 'node/api',
    allowed: ['./contract/a.ts', './handlers/a.ts', './transports/a.ts', '../services/types.ts', '../core/result.ts'],
    refused: ['../storage/a.ts', '../cli/a.ts', '../node.ts'],
  },
  {
    folder: 'node/light-client',
    allowed: [
      '../core/result.ts',
      '../crypto/hash.ts',
      '../ledger/transaction.ts',
      '../consensus/checkpoint.ts',
      '../api/contract/a.ts',
      'zod',
      '@orpc/client',
    ],
    refused: ['../sim/a.ts', '../storage/types.ts', '../api/handlers/a.ts', 'node:crypto', 'crypto', 'ws'],
  },
  {
    folder: 'node/config',
    allowed: ['./b.ts', 'zod', 'node:fs'],
    refused: ['../core/result.ts', '../services/types.ts', 'commander'],
  },
  {
    folder: 'node/cli',
    allowed: [
      '../config/a.ts',
      '../api/contract/a.ts',
      '../api/client.ts',
      '../api/transports/a.ts',
      '../node.ts',
      '../core/a.ts',
      '../light-client/index.ts',
    ],
    refused: [
      '../services/types.ts',
      '../vault/a.ts',
      '../storage/a.ts',
      '../ledger/a.ts',
      '../api/handlers/a.ts',
      'electron',
    ],
  },
  {
    folder: 'node/cli/commands',
    allowed: ['../output.ts', '../../node.ts', '../../config/a.ts', '../../../bench/verify.ts', '../../sim/a.ts'],
    refused: ['../../vault/a.ts', '../../../electron/main/a.ts', '../../../renderer/a.ts', '../../../e2e/a.ts'],
  },
  {
    folder: 'node/sim',
    allowed: [
      '../core/a.ts',
      '../crypto/a.ts',
      '../ledger/a.ts',
      '../consensus/a.ts',
      '../storage/types.ts',
      '../p2p/types.ts',
    ],
    refused: ['../storage/a.ts', '../p2p/index.ts', '../vault/a.ts', '../node.ts', 'node:fs', 'better-sqlite3'],
  },
  {
    folder: 'node',
    allowed: ['./core/a.ts', './services/a.ts', './api/a.ts', './config/a.ts', './storage/a.ts'],
    refused: ['./cli/a.ts', './cli/main.ts', '../bench/a.ts', '../electron/main/a.ts', '../renderer/a.ts', 'electron'],
  },
  { folder: 'node/novel', allowed: [], refused: ['../core/a.ts', './b.ts'] },
  {
    folder: 'bench',
    allowed: ['../node/crypto/a.ts', '../node/storage/a.ts', './harness.ts'],
    refused: ['../node/cli/main.ts', '../electron/main/a.ts', '../renderer/a.ts'],
  },
  {
    folder: 'renderer/features/wallet',
    allowed: ['../../ui/a.ts', '../../../node/api/contract/a.ts', 'react'],
    refused: [
      '../../../node/core/a.ts',
      '../../../node/api/client/index.ts',
      '../../../node',
      '../../../electron/a.ts',
      'node:fs',
      'fs',
      'electron',
    ],
  },
  {
    folder: 'renderer/rpc',
    allowed: ['../../node/api/contract/a.ts', '../../node/api/client/index.ts', '../../node/core/node-error.ts'],
    refused: ['../../node/core/bytes.ts', '../../node/api/handlers/a.ts', '../../electron/a.ts', 'node:fs'],
  },
  {
    folder: 'electron/main',
    allowed: [
      './window.ts',
      '../../node/node.ts',
      '../../node/api/transports/a.ts',
      '../../node/api/contract/a.ts',
      '../../node/api/client/a.ts',
      '../../node/config/a.ts',
      '../../node/files/a.ts',
      'electron',
      'node:fs',
    ],
    refused: [
      '../../node/core/a.ts',
      '../../node/vault/a.ts',
      '../../node/api/handlers/a.ts',
      '../../node',
      '../../renderer/a.ts',
    ],
  },
]
