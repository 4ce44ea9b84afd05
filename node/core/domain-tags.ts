/**
 * Domain tags: what is signed or hashed for one purpose can never stand for another.
 * A signed message is `tag ‖ chainId ‖ canonical bytes`; a hash is `H(tag ‖ …)`. A tag ends with a zero byte, so none is the start of another.
 */
import { utf8 } from './bytes.ts'

const tag = (name: string): Uint8Array => utf8(`qudag/v1/${name}\0`)

export const domainTags = {
  /** Hash of a genesis: the chain id. */
  genesis: tag('genesis'),
  /** Hash of suite and public key: an account's address. */
  address: tag('address'),
  /** Hash of suite and public key: a validator's id. */
  validator: tag('validator'),
  /** Signature over a transaction, and its id. */
  transaction: tag('transaction'),
  /** Signature over a vertex header, and its hash. */
  vertex: tag('vertex'),
  /** Root over the transactions of a vertex. */
  vertexTransactions: tag('vertex-transactions'),
  /** Signature over a checkpoint, and its hash. */
  checkpoint: tag('checkpoint'),
  /** Draw of a round's leader. */
  leader: tag('leader'),
  /** Seed of an epoch. */
  epochSeed: tag('epoch-seed'),
  /** Author's implicit round-0 vertex of an epoch. */
  epochRoot: tag('epoch-root'),
  /** Key of an entry in the state tree. */
  stateKey: tag('state-key'),
  /** Value of an entry in the state tree. */
  stateValue: tag('state-value'),
  /** Chain over the transaction ids that paid, by minute of expiry. */
  paidTransactions: tag('paid-transactions'),
  /** Root over the executed history. */
  history: tag('history'),
  /** What a joiner needs to go on. */
  consensusState: tag('consensus-state'),
  /** Set of validators and their stakes. */
  validatorSet: tag('validator-set'),
  /** A validator key's word that an account may bond stake under it. */
  validatorPossession: tag('validator-possession'),
  /** Order of validators, and start, of the draw of a committee. */
  sortition: tag('sortition'),
  /** A link of a validator's chain of reveals. */
  reveal: tag('reveal'),
  /** Randomness of an epoch out of what validators revealed. */
  randomness: tag('randomness'),
  /** A message that a person signs with an account. */
  message: tag('message'),
  /** Start of a handshake between two nodes: what both must agree on before a byte is sent. */
  channelPrologue: tag('channel-prologue'),
  /** A peer's word that a key of the channel is its own. */
  channelIdentity: tag('channel-identity'),
  /** Validator key and peer id belong together: signed by both. */
  validatorCertificate: tag('validator-certificate'),
  /** Hash of such a certificate. */
  certificateHash: tag('certificate-hash'),
  /** A validator's word that one connection is its own. */
  validatorBinding: tag('validator-binding'),
  /** What both halves of a composite key sign. */
  composite: tag('composite'),
  /** From the seed of a composite key to the secrets of its halves. */
  compositeKey: tag('composite-key'),
  /** A key's word that an account may make it its own, or its second or recovery key. */
  keyConsent: tag('key-consent'),
} as const
