/** `qudag network join` as a script uses it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../api/test-support/temporary-folder.ts'
import { toHex } from '../core/bytes.ts'
import { chainIdOf, formatGenesis } from '../ledger/index.ts'
import { namedGenesis } from '../ledger/test-support.ts'
import { chunkedHex } from './chunked.ts'
import { errorOf, jsonOf, runProgram } from './test-support/run-program.ts'

// A process costs a third of a second, more where others use the cores.
vi.setConfig({ testTimeout: 60_000 })

const folder = temporaryFolder('cli-join')
const genesis = namedGenesis(9)
const chainId = toHex(chainIdOf(genesis))
const file = join(folder, 'genesis.json')
writeFileSync(file, formatGenesis(genesis))

const run = (dataDir: string, ...args: string[]) => runProgram(['network', 'join', ...args], { dataDir })

describe('qudag network join', () => {
  it('writes the folder that was named, and says how to start', async () => {
    const dataDir = join(folder, 'named')
    const ran = await run(dataDir, file, '--yes')
    expect(ran.code).toBe(0)
    expect(ran.stdout).toMatch(/^Network +qudag-test-9$/m)
    expect(ran.stdout).toMatch(/^Kind +test network: its rUv have no worth$/m)
    expect(ran.stdout).toContain(chunkedHex(chainId))
    expect(ran.stderr).toContain(`node start --data-dir ${dataDir}`)
    expect(readFileSync(join(dataDir, 'genesis.json'), 'utf8')).toBe(formatGenesis(genesis))
    expect(jsonOf(await run(dataDir, file, '--yes', '--json'))).toMatchObject({ chainId, kind: 'test', new: false })
  })

  it('asks first, and writes nothing where nobody can be asked', async () => {
    const dataDir = join(folder, 'unasked')
    const ran = await run(dataDir, file, '--json')
    expect(ran.code).toBe(2)
    expect(errorOf(ran).code).toBe('CONFIRMATION_REQUIRED')
    expect(existsSync(dataDir)).toBe(false)
  })

  it('takes a folder of its own where none is named', async () => {
    const home = join(folder, 'home')
    const args = ['network', 'join', file, '--yes', '--json']
    const env = { QUDAG_DATA_DIR: '', XDG_DATA_HOME: home }
    const ran = await runProgram(args, { dataDir: home, env })
    expect(ran).toMatchObject({ code: 0 })
    expect(jsonOf(ran)).toMatchObject({
      dataDir: join(home, 'qudag-exchange', 'networks', chainId.slice(0, 16)),
      new: true,
    })
  })

  it.each([
    ['a link without its genesis', ['qudag-network:?peer=/ip4/1.2.3.4/tcp/1'], 'LINK_MALFORMED', 2],
    ['a link, where no peer can be asked', [`QUDAG-NETWORK:?genesis=${chainId}`], 'GENESIS_FETCH_UNAVAILABLE', 1],
    ['a file that is none', [join(folder, 'missing.json')], 'FILE_UNREADABLE', 2],
    ['a file of something else', [import.meta.filename], 'GENESIS_FILE_INVALID', 2],
  ])('does not join by %s', async (_, args, code, exitCode) => {
    const dataDir = join(folder, 'refused')
    const ran = await run(dataDir, ...args, '--yes', '--json')
    expect(ran).toMatchObject({ code: exitCode, stdout: '' })
    expect(errorOf(ran).code).toBe(code)
    expect(existsSync(dataDir)).toBe(false)
  })
})
