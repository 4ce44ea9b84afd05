/** `qudag message`: texts that a person signs with an account, and whether those of others are what they claim to be. */
import { type Command, Option } from 'commander'
import { contractLimits, type SignedMessage, signedMessage } from '../../api/contract/index.ts'
import { addressArgument } from '../address.ts'
import type { Environment } from '../environment.ts'
import { CliError, usageError } from '../errors.ts'
import { fields } from '../output.ts'
import { readTextInput } from '../text-input.ts'
import { action, examples, given, type Options, text } from './action.ts'

const suites = signedMessage.shape.suite.options

export function addMessageCommands(program: Command, environment: Environment): void {
  const message = program.command('message').description('texts signed with an account, to show that it is yours')

  const sign = message
    .command('sign')
    .argument('<account>', 'address or label of an account of the open vault')
    .argument('[text]', 'what to sign; left out, it is read from --file')
    .description('sign a text and print all that somebody needs to verify it, as one JSON document')
    .summary('sign a text with an account')
    .option('--file <file>', 'read the text from here, to the last byte; - for standard input')
  examples(sign, 'message sign main "order 7, for Bob" > signed.json', 'message sign main --file letter.txt')
  action(sign, environment, async ({ withNode, out }, options, account, typed) => {
    const signed = { account: given(account), message: await messageText(options, typed) }
    await withNode(async (client, signal) => {
      const document = await client.messages.sign(signed, { signal })
      out.data(document, () => JSON.stringify(document, null, 2))
    })
  })

  const verify = message
    .command('verify')
    .argument(
      '<address|file>',
      'address of whom it should come from, or a document of message sign alone; - for standard input',
    )
    .argument('[signature|file]', 'the signature in hex, or a document of message sign')
    .argument('[text]', 'what was signed, with a signature in hex; left out, it is read from --file')
    .description('tell whether an account signed a text; ends in exit code 1 where it did not')
    .option('--file <file>', 'read the text from here, to the last byte; - for standard input')
    .option('--public-key <hex>', 'public key of the account; left out, the one that the node knows')
    .addOption(
      new Option('--suite <suite>', 'its signature suite; left out, the length of the key says').choices(suites),
    )
  examples(
    verify,
    'message verify signed.json',
    'message verify ruvd1… signed.json',
    'message verify ruvd1… 3f9a… "order 7"',
  )
  action(verify, environment, async ({ withNode, out }, options, first, second, typed) => {
    const claim = await claimOf(options, given(first), second, typed)
    await withNode(async (client, signal) => {
      const verdict = await client.messages.verify(claim, { signal })
      const { address, message: what } = claim
      out.data({ ...verdict, address, message: what }, () =>
        fields([
          ['Signature', verdict.valid ? out.paint('good', 'good') : out.paint('bad', 'not good')],
          ['Account', address],
          ['Message', JSON.stringify(what)],
        ]),
      )
      if (!verdict.valid) throw notGood(verdict.reason)
    })
  })
}

type Claim = Pick<SignedMessage, 'address' | 'message' | 'signature'> & Partial<SignedMessage>

/** What is to be verified: a document alone or with the address it should be of, or its parts one by one. */
async function claimOf(
  options: Options,
  first: string,
  second: string | undefined,
  typed: string | undefined,
): Promise<Claim> {
  if (second === undefined) return readDocument(first)
  const { address } = addressArgument(first)
  if (!isHex(second)) {
    const document = await readDocument(second)
    if (document.address === address) return document
    throw usageError('The document is of another account.', `It is of ${document.address}.`, 'MESSAGE_OTHER_ACCOUNT')
  }
  const publicKey = text(options, 'publicKey')
  const suite = suites.find((name) => name === text(options, 'suite'))
  return {
    address,
    signature: second,
    message: await messageText(options, typed),
    ...(publicKey === undefined ? {} : { publicKey }),
    ...(suite === undefined ? {} : { suite }),
  }
}

async function messageText(options: Options, typed: string | undefined): Promise<string> {
  const file = text(options, 'file')
  if ((file === undefined) === (typed === undefined)) throw usageError('Name either a text or a file with --file.')
  return file === undefined ? given(typed) : readTextInput(file, maxMessageBytes)
}

/** As JSON: six bytes a character at most, and what stands around it. */
const maxDocumentBytes =
  6 * contractLimits.maxMessageCharacters +
  2 * (contractLimits.maxPublicKeyBytes + contractLimits.maxSignatureBytes) +
  4_096
const maxMessageBytes = 4 * contractLimits.maxMessageCharacters

async function readDocument(file: string): Promise<SignedMessage> {
  const refused = usageError(
    `${file} is not a signed message.`,
    'Make one with: qudag message sign',
    'MESSAGE_DOCUMENT',
  )
  const read = await readTextInput(file, maxDocumentBytes)
  let document: unknown
  try {
    document = JSON.parse(read)
  } catch {
    throw refused
  }
  const known = signedMessage.safeParse(document)
  if (!known.success || !isHex(known.data.publicKey) || !isHex(known.data.signature)) throw refused
  // An address that was mistyped or cut is told as such, and not as a signature that is not good.
  addressArgument(known.data.address)
  return known.data
}

function isHex(text: string): boolean {
  return /^(?:[0-9a-fA-F]{2})+$/.test(text)
}

const reasons: Readonly<Record<string, string>> = {
  SIGNATURE_INVALID: 'The account did not sign this text, or not on this network.',
  SIGNATURE_LENGTH: 'The signature has a wrong length.',
  PUBLIC_KEY_MISMATCH: 'The public key does not belong to the account.',
  PUBLIC_KEY_REQUIRED: 'This node does not know the public key of the account.',
  PUBLIC_KEY_LENGTH: 'The public key has a wrong length.',
}

function notGood(reason = 'SIGNATURE_INVALID'): CliError {
  const hint =
    reason === 'PUBLIC_KEY_REQUIRED'
      ? 'Name it with --public-key, or ask for the whole document.'
      : 'Do not rely on it.'
  return new CliError(reason, reasons[reason] ?? 'The signature is not good.', { hint })
}
