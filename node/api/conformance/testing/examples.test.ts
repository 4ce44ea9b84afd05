/** The examples of the documents, run as they stand against a real node: what is shown works. */
import { spawn } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Node } from '../../../node.ts'
import { ended, passwordBytes, startTestNode, temporaryDataDir } from '../../../services/test-support.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const folder = temporaryDataDir()
let node: Node
let variables: Record<string, string> = {}
let payBob: () => Promise<void>

interface Example {
  readonly name: string
  readonly language: string
  readonly code: string
}

function examplesOf(document: string): Example[] {
  const text = readFileSync(join(root, 'docs', document), 'utf8')
  return [...text.matchAll(/^```(js|sh)\n([\s\S]*?)^```$/gm)].map(([, language = '', code = ''], index) => ({
    name: `${document}, example ${index + 1}`,
    language,
    code,
  }))
}

const examples = [...examplesOf('examples.md'), ...examplesOf('events.md')]

beforeAll(async () => {
  node = await startTestNode(folder.path)
  const { accounts, transactions, vault } = node.services
  await vault.init({ password: passwordBytes() })
  await accounts.create({ label: 'alice' })
  const bob = (await accounts.create({ label: 'bob' })).address
  await ended(node, (await transactions.faucet({ account: 'alice', amountMicroRuv: 100_000_000n })).txId)
  payBob = async () => {
    await transactions.pay({ from: 'alice', transfers: [{ to: bob, amountMicroRuv: 1n }] })
  }
  const { apiUrl, tokenFile, socketPath } = node.info
  variables = { API: apiUrl, TOKEN: readFileSync(tokenFile, 'utf8'), SOCKET: socketPath, BOB: bob }
})

afterAll(async () => {
  await node.stop()
  folder.remove()
})

/**
 * A call of curl as fetch makes it: a machine without curl must be able to test them, and no other option is used.
 *
 * @returns status and the beginning of the body: of a stream there is no end
 */
async function curl(code: string): Promise<{ status: number; body: string }> {
  const filled = code
    .replace(/\\\n/g, ' ')
    .replace('ruvd1…', variables.BOB ?? '')
    .replace(/\$([A-Z]+)/g, (_, name: string) => variables[name] ?? '')
  const words = [...filled.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare,
  )
  const headers: Record<string, string> = {}
  let method = 'GET'
  let body: string | undefined
  let url = ''
  expect(words.shift()).toBe('curl')
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '-H') {
      const [name = '', value = ''] = (words.shift() ?? '').split(/: (.*)/)
      headers[name] = value
    } else if (word === '-X') method = words.shift() ?? ''
    else if (word === '-d') body = words.shift()
    else if (word !== '-N') url = word
  }
  const over = new AbortController()
  const answer = await fetch(url, { method, headers, signal: over.signal, ...(body === undefined ? {} : { body }) })
  const reader = answer.body?.getReader()
  const chunk = await reader?.read()
  const text = new TextDecoder().decode(chunk?.value)
  over.abort()
  return { status: answer.status, body: text }
}

/** Runs a module that is written for the project's folder until it ends, or has said this. */
async function run(code: string, until: RegExp): Promise<string> {
  const file = join(folder.path, 'example.mjs')
  writeFileSync(file, code.replaceAll("'./node/", `'${new URL('../../../', import.meta.url)}`))
  try {
    const child = spawn(process.execPath, [file], { env: { ...process.env, ...variables }, cwd: root })
    let output = ''
    const more = (chunk: Buffer): void => {
      output += chunk.toString()
      if (until.test(output)) child.kill()
    }
    child.stdout.on('data', more)
    child.stderr.on('data', more)
    const paying = setInterval(() => void payBob().catch(() => undefined), 300)
    await new Promise((resolve) => child.once('close', resolve))
    clearInterval(paying)
    return output
  } finally {
    rmSync(file, { force: true })
  }
}

describe('the examples', () => {
  it('are found', () => {
    expect(examples.map(({ language }) => language).sort()).toEqual([
      ...Array.from({ length: 5 }, () => 'js'),
      ...Array.from({ length: 6 }, () => 'sh'),
    ])
  })

  it.each(examples.filter(({ language }) => language === 'sh'))('$name', async ({ code }) => {
    const { status, body } = await curl(code)
    expect([200, 201, 202]).toContain(status)
    expect(body).toMatch(/"role"|"balance"|"items"|"txId"|event: subscribed/)
  })

  it.each([
    ['examples.md', 0, /^Finalized$/m],
    ['examples.md', 1, /^ruvd1\S+ \d+\n[\s\S]*Finalized ok\nAMOUNT_ZERO \{/m],
    ['examples.md', 2, /exists: true/],
    ['events.md', 0, /transaction\.finalized \{[\s\S]*outcome: 'ok'/],
    ['events.md', 1, /account\.balance\.changed \{/],
  ])('%s, program %i', async (document, index, says) => {
    const programs = examples.filter(({ name, language }) => name.startsWith(document) && language === 'js')
    expect(await run(programs[index]?.code ?? '', says)).toMatch(says)
  })
})
