/** `qudag hsm`: tokens by PKCS #11. Looking at them, pairing and testing needs no node; unlocking is for the one that runs. */
import type { Command } from 'commander'
import { contractLimits } from '../../api/contract/index.ts'
import { fromHex } from '../../core/bytes.ts'
import type { MlDsaNumbers, Pairing } from '../../hardware-keys.ts'
import type { Environment } from '../environment.ts'
import { CliError, usageError } from '../errors.ts'
import { pairingsText, pairingText, reportText, tokensText } from '../hsm-text.ts'
import { printable } from '../output.ts'
import { required, type SecretRequest, secretOptions, withSecrets } from '../secrets.ts'
import { action, examples, given, type Options, text } from './action.ts'
import {
  hardwareKeys,
  logInWith,
  type Module,
  moduleOf,
  moduleOptions,
  numbersOf,
  numbersOption,
  pairedModule,
  runModule,
  tellTries,
  tokenOption,
} from './hsm-module.ts'

const softHsm = '/usr/lib/softhsm/libsofthsm2.so'

export function addHsmCommands(program: Command, environment: Environment): void {
  const hsm = program.command('hsm').description('hardware keys: tokens and security modules by PKCS #11')
  addList(hsm, environment)
  addInit(hsm, environment)
  addPair(hsm, environment)
  addUnlock(hsm, environment)
  addRename(hsm, environment)
  addForget(hsm, environment)
  addTest(hsm, environment)
}

function addList(hsm: Command, environment: Environment): void {
  const list = moduleOptions(hsm.command('list')).description(
    'the keys that are paired; with --module the tokens behind that module',
  )
  examples(list, 'hsm list', `hsm list --module ${softHsm}`)
  action(list, environment, async (context, options) => {
    const module = await moduleOf(options, environment)
    if (module === undefined) {
      const { pairingsOf } = await hardwareKeys()
      const pairings = await pairingsOf(context.settings().dataDir).list()
      context.out.data(pairings, () => pairingsText(pairings))
      return
    }
    await runModule(context, module, async (running) => {
      const { profileOf } = await hardwareKeys()
      const { tokens } = await running.request('tokens', {})
      const { id, name, tested, notes } = profileOf(running.facts)
      const profile = { id, name, tested, notes }
      context.out.data({ module: running.facts, profile, tokens }, () => tokensText(running.facts, profile, tokens))
    })
  })
}

function addInit(hsm: Command, environment: Environment): void {
  const init = tokenOption(moduleOptions(hsm.command('init')))
    .description('give a new token its PINs; one that has keys is left as it is')
    .requiredOption('--label <text>', 'the name the token gets')
  secretOptions(init, 'so-pin', 'new-pin')
  examples(init, `hsm init --module ${softHsm} --label wallet`)
  action(init, environment, async (context, options) => {
    const label = text(options, 'label') ?? ''
    const module = await requireModule(options, environment)
    const { chooseToken, initialiseToken, profileOf } = await hardwareKeys()
    await runModule(context, module, async (running) => {
      const token = await chooseToken(running, text(options, 'token') ?? (await emptyToken(running)))
      if (token.initialised && token.userPinSet) {
        // Before anybody types a PIN for nothing.
        const { hsmError } = await hardwareKeys()
        throw hsmError('HSM_ALREADY_INITIALISED')
      }
      // A token that is there without being made has no security officer yet.
      const hasOfficer = profileOf(running.facts).isMade !== true
      const requests: SecretRequest[] = [
        ...(hasOfficer ? [{ name: 'so-pin', isNew: !token.initialised } as const] : []),
        { name: 'new-pin', isNew: true },
      ]
      await withSecrets(requests, options, (secrets) =>
        initialiseToken(running, token, label, {
          officer: hasOfficer ? required(secrets['so-pin']) : new Uint8Array(),
          user: required(secrets['new-pin']),
        }),
      )
      const { tokens } = await running.request('tokens', {})
      const made = tokens.find((one) => one.userPinSet && (one.label === label || one.slot === token.slot))
      context.out.data(made ?? null, () => `Initialised: ${made?.label ?? label}, serial number ${made?.serial ?? '?'}`)
      context.out.note('Next: qudag hsm pair --generate, with the same --module')
    })
  })
}

type Running = Parameters<Parameters<typeof runModule>[2]>[0]

/** The slot of the first token that waits to be initialised. */
async function emptyToken(running: Running): Promise<string | undefined> {
  const { tokens } = await running.request('tokens', {})
  return (tokens.find(({ initialised }) => !initialised) ?? tokens.find(({ userPinSet }) => !userPinSet))?.slot
}

function addPair(hsm: Command, environment: Environment): void {
  const pair = numbersOption(tokenOption(moduleOptions(hsm.command('pair'))))
    .description("remember a token's key in this data folder, after a signature with it has been verified")
    .summary('remember a key of a token')
    .option('--label <text>', 'a name of your own for it', 'hardware')
    .option('--key-id <hex>', 'id of a key that is on the token; may be left out where there is one')
    .option('--generate', 'make a new key on the token; it can never leave it')
    .option('--composite', 'a P-256 key that signs together with a key of the vault, for tokens without ML-DSA-65')
    .option('--seal', 'a key that seals the vault, in place of one that signs')
  secretOptions(pair, 'pin')
  examples(
    pair,
    `hsm pair --module ${softHsm} --generate --composite --label card`,
    `hsm pair --module ${softHsm} --generate --seal`,
    'hsm pair --module ./libtoken.so --key-id 01',
  )
  action(pair, environment, async (context, options) => {
    const keyId = text(options, 'keyId')?.toLowerCase()
    const generate = options.generate === true
    if (keyId !== undefined && !/^(?:[0-9a-f]{2}){1,64}$/.test(keyId)) throw usageError('--key-id takes hex digits.')
    if (keyId !== undefined && generate)
      throw usageError('Name a key with --key-id or make one with --generate, not both.')
    if (options.composite === true && options.seal === true)
      throw usageError('A key signs with --composite or seals with --seal, not both.')
    const kind = options.composite === true ? 'ec' : options.seal === true ? 'aes' : 'ml-dsa'
    const module = await requireModule(options, environment)
    const { chooseToken, pairOnToken, pairingsOf, profileOf, sendPin } = await hardwareKeys()
    await runModule(context, module, async (running) => {
      const token = await chooseToken(running, text(options, 'token'))
      const { tested, name } = profileOf(running.facts)
      if (!tested)
        context.out.note(`This module (${name}) is not tested by us: run qudag hsm test before you trust it.`)
      const wish = {
        kind,
        keyId,
        generate,
        label: text(options, 'label') ?? 'hardware',
        numbers: numbersOf(options),
      } as const
      const pairings = pairingsOf(context.settings().dataDir)
      const pairing = await logInWith(context, options, running, token, (pin) =>
        pairOnToken(running, module, token, wish, pairings, approveWith(running, pin, sendPin)),
      )
      context.out.data(pairing, () => pairingText(pairing))
    })
  })
}

/** For a key that wants its PIN at each signature: the same that was right a moment ago. What comes of it the signature tells. */
function approveWith(
  { pinSocket }: Running,
  pin: Uint8Array | undefined,
  sendPin: Awaited<ReturnType<typeof hardwareKeys>>['sendPin'],
): (ticket: Uint8Array) => void {
  return (ticket) => {
    if (pin !== undefined) sendPin(pinSocket ?? '', ticket, [pin]).catch(() => undefined)
  }
}

function addUnlock(hsm: Command, environment: Environment): void {
  const unlock = hsm
    .command('unlock')
    .argument('[pairing]', 'id or label of the paired key; may be left out where there is one')
    .description("unlock a token for the running node; the PIN goes to the token's module and not through the node")
    .summary('unlock a token for the running node')
  secretOptions(unlock, 'pin')
  examples(unlock, 'hsm unlock', 'hsm unlock card --pin-fd 3 3< <(pass show card)')
  action(unlock, environment, (context, options, name) =>
    context.withNode(async (client, signal) => {
      const { out } = context
      // A token with a keypad of its own is waited for in this call.
      out.note('Asking the token; where it has a keypad of its own, type the PIN there.')
      const { id, label, token, pin } = await client.hsm.unlock(name === undefined ? {} : { pairing: name }, { signal })
      if (pin !== null) {
        if (pin.purpose !== 'login') out.note(`A ${pin.purpose} waits for this PIN: it is signed with it.`)
        tellTries(out, { ...token, protectedPath: false })
        const ticket = fromHex(pin.ticket) ?? new Uint8Array()
        const { sendPin } = await hardwareKeys()
        await withSecrets([{ name: 'pin' }], options, (secrets) => sendPin(pin.socket, ticket, [required(secrets.pin)]))
      }
      const done = { id, label, token: { label: token.label, serial: token.serial }, unlocked: true }
      out.data(done, () => `Unlocked: ${label}`)
    }),
  )
}

function addRename(hsm: Command, environment: Environment): void {
  const rename = hsm
    .command('rename')
    .argument('<pairing>', 'id or label of the paired key')
    .argument('<label>', `at most ${contractLimits.maxPairingLabelCharacters} characters`)
    .description('give a paired key another name')
  examples(rename, 'hsm rename hardware card')
  action(rename, environment, ({ withNode, out }, _options, name, label) =>
    withNode(async (client, signal) => {
      const renamed = await client.hsm.rename({ pairing: given(name), label: given(label) }, { signal })
      out.data(renamed, () => `Renamed: ${printable(renamed.label)}`)
    }),
  )
}

function addForget(hsm: Command, environment: Environment): void {
  const forget = hsm
    .command('forget')
    .argument('<pairing>', 'id or label of the paired key')
    .description('forget a paired key; the key stays in the token, and can be paired again by its id')
    .summary('forget a paired key')
  examples(forget, 'hsm forget card')
  action(forget, environment, ({ withNode, out }, _options, name) =>
    withNode(async (client, signal) => {
      const pairing = given(name)
      const found = (await client.hsm.list(undefined, { signal })).find(({ id, label }) =>
        [id, label].includes(pairing),
      )
      await client.hsm.forget({ pairing }, { signal })
      out.data({ forgotten: true }, () => `Forgotten: ${printable(found?.label ?? pairing)}`)
      // Nothing is lost, and nothing goes on until it is there again.
      if (found?.use === 'seals')
        out.note('A vault that is sealed by it opens once it is paired again: qudag hsm pair --seal')
      else out.note('Accounts that it signs for can pay once it is paired again: qudag hsm pair --key-id …')
    }),
  )
}

function addTest(hsm: Command, environment: Environment): void {
  const test = numbersOption(tokenOption(moduleOptions(hsm.command('test'))))
    .argument('[pairing]', 'id or label of a paired key, in place of --module')
    .description('try a token: make keys that go again, sign, verify, encrypt, and see that it gives no key away')
    .summary('try a token and report')
  secretOptions(test, 'pin')
  examples(test, `hsm test --module ${softHsm}`, 'hsm test hardware --json')
  action(test, environment, async (context, options, name) => {
    const named = await moduleOf(options, environment)
    if (named !== undefined && name !== undefined) throw usageError('Name a pairing or a --module, not both.')
    const paired = named === undefined ? await pairedModule(context.settings().dataDir, name) : undefined
    const module = named ?? (paired?.module as Module)
    const { chooseToken, sendPin, testToken } = await hardwareKeys()
    await runModule(context, module, async (running) => {
      const token = await chooseToken(running, text(options, 'token') ?? paired?.pairing.token.label)
      const numbers = numbersOf(options) ?? ownNumbers(paired?.pairing)
      const report = await logInWith(context, options, running, token, (pin) =>
        testToken(running, token, numbers, approveWith(running, pin, sendPin)),
      )
      context.out.data(report, () => reportText(report, context.out))
      if (report.verdict === 'failed' || report.verdict === 'unsuitable') {
        const failed = report.checks.filter(({ outcome }) => outcome === 'failed').length
        throw new CliError(
          'HSM_SELF_TEST_FAILED',
          failed > 0
            ? `The token failed ${failed === 1 ? 'one check' : `${failed} checks`}.`
            : 'The token can neither sign for an account, alone or with the vault, nor seal a vault.',
          { hint: 'Do not keep money under a key of this token; docs/hardware-keys.md says what each check means.' },
        )
      }
    })
  })
}

async function requireModule(options: Options, environment: Environment): Promise<Module> {
  const module = await moduleOf(options, environment)
  if (module !== undefined) return module
  throw usageError("Name the token's library with --module.", 'See: qudag hsm --help')
}

/** A sealing key says nothing of ML-DSA. */
function ownNumbers(pairing: Pairing | undefined): MlDsaNumbers | undefined {
  return pairing?.key.kind === 'ml-dsa' ? pairing.key.numbers : undefined
}
