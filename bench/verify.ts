/**
 * Signatures and key encapsulation: every backend side by side in one run, and batches through the worker pool.
 * `node bench/verify.ts [--json]`; about 30 s.
 */
import type { Result } from '../node/core/result.ts'
import { seededRng } from '../node/core/rng.ts'
import { createWasmSigningBackend } from '../node/crypto/backends/wasm.ts'
import { createInlineVerifier } from '../node/crypto/inline-verifier.ts'
import {
  type Candidate,
  defaultSignatureBackend,
  kemCandidates,
  type RejectedBackend,
  signatureCandidates,
} from '../node/crypto/select-backend.ts'
import { type SelfTestFailure, testKemBackend, testSignatureBackend } from '../node/crypto/self-test.ts'
import { type SignatureSuite, seedBytes, signatureSuites } from '../node/crypto/suites.ts'
import type { KemBackend, SignatureBackend } from '../node/crypto/types.ts'
import type { Verifier, VerifyJob } from '../node/crypto/verifier.ts'
import { createVerifierPool } from '../node/crypto/verifier-pool.ts'
import {
  type BenchCase,
  type BenchFigure,
  describeMachine,
  formatMachine,
  formatRate,
  formatTable,
  type MachineDescription,
  type MeasureOptions,
  measure,
} from './harness.ts'

export interface VerifyBenchOptions {
  /** One JSON value instead of tables. */
  readonly json?: boolean
  /** Measuring time in all, without preparation; default 26. */
  readonly seconds?: number
  /** Where the output goes; default stdout. */
  readonly write?: (text: string) => void
}

export interface VerifyBenchReport {
  readonly bench: 'verify'
  readonly machine: MachineDescription
  readonly messageBytes: number
  /** Backends left out, and why. */
  readonly rejected: readonly RejectedBackend[]
  /** One entry a task; within it the backends, measured in turn. */
  readonly tasks: readonly { readonly task: string; readonly figures: readonly BenchFigure[] }[]
}

const messageBytes = 300
const runs = 3
const batchJobs = 500
const batchSenders = 50
const poolCallsInFlight = 4

const suites = Object.keys(signatureSuites) as SignatureSuite[]

interface Task {
  readonly task: string
  readonly cases: readonly BenchCase[]
  /** Share of the time a case of this task gets. */
  readonly weight: number
}

/** Runs the benchmark, writes its result, and returns it. */
export async function runVerifyBench(options: VerifyBenchOptions = {}): Promise<VerifyBenchReport> {
  const write = options.write ?? ((text: string) => process.stdout.write(text))
  const rejected: RejectedBackend[] = []
  const signatures = usable(signatureCandidates, testSignatureBackend, rejected)
  const kems = usable(kemCandidates, testKemBackend, rejected)
  const machine = describeMachine()
  const verifiers = openVerifiers(machine.cores)
  try {
    await Promise.all(verifiers.map(({ ready }) => ready))
    const tasks = [...signatureTasks(signatures), ...kemTasks(kems), ...poolTasks(verifiers)]
    const shares = tasks.reduce((sum, { cases, weight }) => sum + cases.length * weight, 0)
    const secondsPerShare = (options.seconds ?? 26) / (shares * runs)
    const measured = []
    for (const { task, cases, weight } of tasks) {
      const timing: MeasureOptions = { secondsPerRun: secondsPerShare * weight, runs }
      measured.push({ task, figures: await measure(cases, timing) })
    }
    const report: VerifyBenchReport = { bench: 'verify', machine, messageBytes, rejected, tasks: measured }
    write(options.json === true ? `${JSON.stringify(report)}\n` : `${formatReport(report)}\n`)
    return report
  } finally {
    await Promise.all(verifiers.map(({ verifier }) => verifier.close()))
  }
}

/** The backends that are available and pass their self-test, the first of each name; the others are noted. */
function usable<Backend>(
  candidates: readonly Candidate<Backend>[],
  test: (backend: Backend) => Result<{ checks: number }, SelfTestFailure>,
  rejected: RejectedBackend[],
): Backend[] {
  const found = new Set<string>()
  return candidates.flatMap(({ name, create }) => {
    if (found.has(name)) return []
    const created = create()
    if (!created.ok) {
      rejected.push({ name, code: created.error.code, reason: created.error.reason })
      return []
    }
    const tested = test(created.value)
    if (tested.ok) {
      found.add(name)
      return [created.value]
    }
    rejected.push({ name, code: tested.error.code, reason: tested.error.check })
    return []
  })
}

function signatureTasks(backends: readonly SignatureBackend[]): Task[] {
  const rng = seededRng(1)
  const message = rng.bytes(messageBytes)
  return suites.flatMap((suite) => {
    const verifyCases: BenchCase[] = []
    const signCases: BenchCase[] = []
    const seed = rng.bytes(seedBytes)
    for (const backend of backends) {
      const signing = backend.openSigningKey(suite, seed)
      const { publicKey } = signing
      const signature = signing.sign(message)
      const kept = backend.importPublicKey(suite, publicKey)
      const newKey = neverSeen()
      verifyCases.push(
        {
          name: `${backend.name}, new key`,
          run: () => mustHold(!backend.verify(suite, newKey(publicKey), message, signature)),
        },
        { name: `${backend.name}, key kept`, run: () => mustHold(kept?.verify(message, signature)) },
      )
      signCases.push({ name: `${backend.name}, key open`, run: () => signing.sign(message) })
    }
    // What signs where node:crypto cannot; with node:crypto there, the backend of that name signs by it.
    const wasmSigning = createWasmSigningBackend()
    if (wasmSigning.ok) {
      const signing = wasmSigning.value.openSigningKey(suite, seed)
      signCases.push({ name: 'wasm signer, key open', run: () => signing.sign(message) })
    }
    return [
      { task: `${suite} verify`, cases: verifyCases, weight: 1 },
      { task: `${suite} sign (hedged, verified)`, cases: signCases, weight: 1 },
    ]
  })
}

/**
 * Makes public keys that nobody has prepared or kept, one a call: the seed of the matrix (FIPS 204 algorithm 22) is another each
 * time. A signature of the original costs as much to check under them, and is refused.
 */
function neverSeen(): (publicKey: Uint8Array) => Uint8Array {
  let count = 0
  return (publicKey) => {
    const changed = Uint8Array.from(publicKey)
    count += 1
    new DataView(changed.buffer).setUint32(0, count)
    return changed
  }
}

function kemTasks(backends: readonly KemBackend[]): Task[] {
  const seed = seededRng(2).bytes(64)
  const prepared = backends.map((backend) => {
    const key = backend.openDecapsulationKey(seed)
    return { backend, key, ciphertext: backend.encapsulate(key.encapsulationKey).ciphertext }
  })
  const task = (name: string, run: (entry: (typeof prepared)[number]) => unknown): Task => ({
    task: `ML-KEM-768 ${name}`,
    cases: prepared.map((entry) => ({ name: entry.backend.name, run: () => run(entry) })),
    weight: 0.6,
  })
  return [
    task('key generation', ({ backend }) => backend.keygen(seed)),
    task('encapsulation', ({ backend, key }) => backend.encapsulate(key.encapsulationKey)),
    task('decapsulation, key open', ({ key, ciphertext }) => key.decapsulate(ciphertext)),
  ]
}

interface NamedVerifier {
  readonly name: string
  readonly verifier: Verifier
  readonly ready: Promise<void>
}

function openVerifiers(cores: number): NamedVerifier[] {
  const inline: NamedVerifier = {
    name: 'calling thread',
    verifier: createInlineVerifier(),
    ready: Promise.resolve(),
  }
  const workerCounts = cores > 1 ? [1, cores] : [1]
  return [
    inline,
    ...workerCounts.map((workers) => {
      const verifier = createVerifierPool({ workers })
      return { name: `${workers} worker${workers === 1 ? '' : 's'}`, verifier, ready: verifier.ready() }
    }),
  ]
}

function poolTasks(verifiers: readonly NamedVerifier[]): Task[] {
  const jobs = signedBatch()
  const newKey = neverSeen()
  const task = (senders: string, expected: boolean, jobsOfCall: () => VerifyJob[]): Task => ({
    task: `ML-DSA-65 verify, batches of ${batchJobs}, ${senders}`,
    weight: 2.5,
    cases: verifiers.map(({ name, verifier }) => ({
      name,
      unitsPerCall: poolCallsInFlight * batchJobs,
      run: async () => {
        const calls = await Promise.all(Array.from({ length: poolCallsInFlight }, () => verifier.verify(jobsOfCall())))
        mustHold(calls.every((answers) => answers.every((valid) => valid === expected)))
      },
    })),
  })
  return [
    task('new keys', false, () => jobs.map((job) => ({ ...job, publicKey: newKey(job.publicKey) }))),
    task(`${batchSenders} senders`, true, () => jobs),
  ]
}

function signedBatch(): VerifyJob[] {
  const rng = seededRng(3)
  const backend = defaultSignatureBackend()
  const suite = 'ML-DSA-65'
  const keys = Array.from({ length: batchSenders }, () => backend.openSigningKey(suite, rng.bytes(seedBytes)))
  return Array.from({ length: batchJobs }, (_, index) => {
    const key = keys[index % batchSenders] as (typeof keys)[number]
    const message = rng.bytes(messageBytes)
    return { suite, publicKey: key.publicKey, message, signature: key.sign(message) }
  })
}

/** A benchmark of wrong answers would be worth nothing. */
function mustHold(isRight: boolean | undefined): void {
  if (isRight !== true) throw new Error('a signature was judged wrongly')
}

function formatReport({ machine, rejected, tasks }: VerifyBenchReport): string {
  const rows = tasks.flatMap(({ task, figures }) => {
    const slowest = Math.min(...figures.map(({ perSecond }) => perSecond))
    return figures.map((figure, index) => [
      index === 0 ? task : '',
      figure.name,
      formatRate(figure.perSecond),
      `${formatRate(figure.lowestPerSecond)}–${formatRate(figure.highestPerSecond)}`,
      figure.microseconds.toFixed(1),
      `${(figure.perSecond / slowest).toFixed(1)}×`,
    ])
  })
  return [
    formatMachine(machine),
    `${messageBytes}-byte messages; median of ${runs} runs`,
    '',
    formatTable(['task', 'by', 'a second', 'runs', 'µs each', 'ratio'], rows),
    ...rejected.map(({ name, reason }) => `left out: ${name} (${reason})`),
  ].join('\n')
}

if (import.meta.main) await runVerifyBench({ json: process.argv.includes('--json') })
