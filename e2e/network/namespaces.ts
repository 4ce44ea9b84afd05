/**
 * Networks of this machine's own for tests: namespaces joined by virtual cables, routers that masquerade like a home's, lost
 * packets, cut cables, and programs that run inside. What a test makes goes with it, also after one that was killed.
 *
 * The kernel here has no netem: loss is nftables' `numgen`, delay a program in between (delay-relay.ts). Needs root, `ip` and
 * `nft`; a test asks `whyNoNamespaces` and skips with its answer.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { skipNote } from '../../scripts/test-support/require-tool.ts'

const run = promisify(execFile)

/** Longest name of a network interface (Linux IFNAMSIZ, without its final zero). */
const maxInterfaceNameLength = 15
/** For a program to end by itself before it is killed. */
const endMs = 3_000
const namePrefix = 'qudag'

export interface Namespace {
  /** As `ip netns` knows it. */
  readonly name: string
  /** Runs to its end. @throws with what it wrote to stderr, where it fails */
  exec(program: string, ...args: string[]): Promise<string>
  /** Starts a program that the lab ends at `close` if nobody does before. */
  spawn(program: string, args: readonly string[], env?: Readonly<Record<string, string | undefined>>): ChildProcess
}

export interface Cable {
  /** Names of its ends, as seen in each namespace. */
  readonly interfaces: readonly [string, string]
}

/** One end of a cable: where it is plugged in, and its address there with the length of its network: `10.1.0.2/24`. */
export interface CableEnd {
  readonly namespace: Namespace
  readonly address: string
}

export interface MasqueradeOptions {
  readonly namespace: Namespace
  /** The interface towards the outside. */
  readonly outside: string
  /**
   * `cone` keeps ports, so that both sides of a hole can guess them; `symmetric` draws a new port for each connection, which no
   * hole punching survives.
   */
  readonly kind: 'cone' | 'symmetric'
}

export interface NetworkLab {
  namespace(label: string): Promise<Namespace>
  connect(first: CableEnd, second: CableEnd): Promise<Cable>
  /** Where packets for strangers go. */
  defaultRoute(namespace: Namespace, gateway: string): Promise<void>
  route(namespace: Namespace, network: string, gateway: string): Promise<void>
  /** Lets a namespace pass on what is not for itself. */
  forward(namespace: Namespace): Promise<void>
  /** A home's router: many behind one address; from outside comes only what was asked for. */
  masquerade(options: MasqueradeOptions): Promise<void>
  /** Loses this share of what arrives in the namespace, and of what it passes on. 0 takes it back. */
  lose(namespace: Namespace, percent: number): Promise<void>
  /** Takes nothing from these addresses and sends them nothing: half of a partition. An empty list heals it. */
  block(namespace: Namespace, addresses: readonly string[]): Promise<void>
  /** Ends all programs and takes everything away. Never throws: a test that failed before is the one to be read. */
  close(): Promise<void>
}

/** Why there can be no namespaces here; undefined where there can. */
export async function whyNoNamespaces(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'network namespaces are Linux only'
  if (process.getuid?.() !== 0) return skipNote('root', 'network namespaces are made as root')
  for (const [tool, ...args] of [
    ['ip', '-V'],
    ['nft', '--version'],
  ] as const) {
    const works = await run(tool, args).then(
      () => true,
      () => false,
    )
    if (!works) return skipNote(tool, 'networks of namespaces are built with it')
  }
  const probe = nameOf('probe')
  try {
    await run('ip', ['netns', 'add', probe])
    await run('ip', ['netns', 'exec', probe, 'nft', 'add', 'table', 'ip', 'probe'])
    return undefined
  } catch (error) {
    return `this kernel gives no namespaces with nftables: ${String(error).split('\n')[0]}`
  } finally {
    await run('ip', ['netns', 'del', probe]).catch(() => undefined)
  }
}

export async function createNetworkLab(): Promise<NetworkLab> {
  await sweep()
  const namespaces = new Map<string, Namespace>()
  const children = new Set<ChildProcess>()
  const labTag = randomBytes(3).toString('hex')
  let cables = 0

  const nft = (namespace: Namespace, script: string): Promise<string> => namespace.exec('nft', script)

  /** A table that is replaced in one step; without lines it is gone. */
  const replaceTable = (namespace: Namespace, family: string, table: string, lines: readonly string[]) =>
    nft(
      namespace,
      [
        // Declaring it first makes its deletion sound where there was none.
        `add table ${family} ${table}`,
        `delete table ${family} ${table}`,
        ...(lines.length === 0 ? [] : [`table ${family} ${table} {\n${lines.join('\n')}\n}`]),
      ].join('\n'),
    )

  const forward = async (namespace: Namespace): Promise<void> => {
    await namespace.exec('sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward')
  }

  return {
    async namespace(label) {
      const name = nameOf(`${labTag}-${label}`)
      await run('ip', ['netns', 'add', name])
      const namespace: Namespace = {
        name,
        async exec(program, ...args) {
          const { stdout } = await run('ip', ['netns', 'exec', name, program, ...args])
          return stdout
        },
        spawn(program, args, env = process.env) {
          // `ip netns exec` becomes the program, so that its process id is the program's.
          const child = spawn('ip', ['netns', 'exec', name, program, ...args], {
            stdio: ['pipe', 'pipe', 'pipe'],
            env: { ...env },
          })
          children.add(child)
          child.once('close', () => children.delete(child))
          child.once('error', () => children.delete(child))
          return child
        },
      }
      namespaces.set(name, namespace)
      await namespace.exec('ip', 'link', 'set', 'lo', 'up')
      return namespace
    },

    async connect(first, second) {
      const tag = `q${labTag}${cables++}`
      const interfaces = [`${tag}a`, `${tag}b`] as const
      if (interfaces[0].length > maxInterfaceNameLength) throw new Error('too many cables for one lab')
      // Made in one namespace and moved from there: the machine's own never sees it.
      await first.namespace.exec(
        'ip',
        ...['link', 'add', interfaces[0], 'type', 'veth', 'peer', 'name', interfaces[1]],
        ...['netns', second.namespace.name],
      )
      for (const [index, { namespace, address }] of [first, second].entries()) {
        const name = interfaces[index as 0 | 1]
        const isIpv6 = address.includes(':')
        // Without a search for duplicates an IPv6 address can be used at once.
        await namespace.exec('ip', 'address', 'add', address, 'dev', name, ...(isIpv6 ? ['nodad'] : []))
        await namespace.exec('ip', 'link', 'set', name, 'up')
      }
      return { interfaces }
    },

    defaultRoute: async (namespace, gateway) => {
      await namespace.exec('ip', 'route', 'replace', 'default', 'via', gateway)
    },

    route: async (namespace, network, gateway) => {
      await namespace.exec('ip', 'route', 'replace', network, 'via', gateway)
    },

    forward,

    async masquerade({ namespace, outside, kind }) {
      await forward(namespace)
      await replaceTable(namespace, 'ip', 'router', [
        'chain translate {',
        'type nat hook postrouting priority srcnat;',
        `oifname "${outside}" masquerade${kind === 'symmetric' ? ' fully-random' : ''}`,
        '}',
        'chain guard {',
        'type filter hook forward priority filter; policy accept;',
        'ct state established,related accept',
        `iifname "${outside}" drop`,
        '}',
        // A router that answers an unexpected call with a reset ends the hole that both sides are punching.
        'chain own {',
        'type filter hook input priority filter; policy accept;',
        'ct state established,related accept',
        `iifname "${outside}" drop`,
        '}',
      ])
    },

    async lose(namespace, percent) {
      if (!Number.isInteger(percent) || percent < 0 || percent > 100) throw new Error('a share is 0 to 100 per cent')
      const chain = (hook: string): string[] => [
        `chain ${hook} {`,
        // Before connection tracking, as a bad cable would.
        `type filter hook ${hook} priority raw; policy accept;`,
        'iifname "lo" accept',
        percent === 100 ? 'drop' : `numgen random mod 100 < ${percent} drop`,
        '}',
      ]
      await replaceTable(namespace, 'inet', 'losses', percent === 0 ? [] : chain('prerouting'))
    },

    async block(namespace, addresses) {
      const rules = (side: 'saddr' | 'daddr'): string[] =>
        addresses.map((address) => `${address.includes(':') ? 'ip6' : 'ip'} ${side} ${address} drop`)
      await replaceTable(
        namespace,
        'inet',
        'partition',
        addresses.length === 0
          ? []
          : [
              ...['chain in {', 'type filter hook prerouting priority raw; policy accept;', ...rules('saddr'), '}'],
              ...['chain out {', 'type filter hook output priority raw; policy accept;', ...rules('daddr'), '}'],
              ...['chain through {', 'type filter hook forward priority raw; policy accept;', ...rules('daddr'), '}'],
            ],
      )
    },

    async close() {
      await Promise.all([...children].map(end))
      for (const name of namespaces.keys()) await run('ip', ['netns', 'del', name]).catch(() => undefined)
      namespaces.clear()
    },
  }
}

function nameOf(label: string): string {
  return `${namePrefix}-${process.pid}-${label}`
}

/** Namespaces of test runs that are no more. */
async function sweep(): Promise<void> {
  const { stdout } = await run('ip', ['netns', 'list'])
  for (const line of stdout.split('\n')) {
    const [, name, pid] = /^(qudag-(\d+)-\S+)/.exec(line) ?? []
    if (name !== undefined && !isRunning(Number(pid))) await run('ip', ['netns', 'del', name]).catch(() => undefined)
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), endMs)
  await closed
  clearTimeout(timer)
}
