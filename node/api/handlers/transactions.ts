/** transactions.*: decimal strings to bigint on the way in, views to shapes on the way out. */
import { fromHex, toHex } from '../../core/bytes.ts'
import type { NodeServices, PaymentRequest, TransactionView, UnsignedTransactionView } from '../../services/types.ts'
import type { PaymentIntent, Transaction, UnsignedTransaction } from '../contract/index.ts'
import { contractError, type ReportFault, toContractError } from './errors.ts'
import { type Guarded, refusal } from './guard.ts'
import { operationShape, timestampOf, transactionShape } from './views.ts'

export function transactionsHandlers(
  os: Guarded['transactions'],
  transactions: NodeServices['transactions'],
  report: ReportFault,
) {
  return {
    create: os.create.handler(async ({ input, context }) => {
      const refused = refusal('signed' in input ? 'submit' : 'spend', context)
      if (refused !== undefined) throw refused
      const { tokenId } = context
      const { idempotencyKey } = input
      return transactionShape(
        'signed' in input
          ? await transactions.submit(bytesOf(input.signed), { tokenId, idempotencyKey })
          : await transactions.pay({ ...paymentRequest(input), tokenId, idempotencyKey }),
      )
    }),
    faucet: os.faucet.handler(async ({ input, context }) =>
      transactionShape(
        await transactions.faucet({
          account: input.account,
          amountMicroRuv: optionalAmount(input.amount),
          tokenId: context.tokenId,
          idempotencyKey: input.idempotencyKey,
        }),
      ),
    ),
    show: os.show.handler(async ({ input }) => transactionShape(await transactions.show(input.txId))),
    list: os.list.handler(async ({ input }) => {
      const { since, until, ...query } = input
      const { items, cursor } = await transactions.list({
        ...query,
        sinceMs: optionalTime('since', since),
        untilMs: optionalTime('until', until),
      })
      return { items: items.map(transactionShape), cursor }
    }),
    preview: os.preview.handler(async ({ input }) => {
      const preview = await transactions.preview(paymentRequest(input))
      return {
        from: preview.from,
        nonce: preview.nonce,
        fee: preview.feeMicroRuv.toString(),
        amount: preview.amountMicroRuv.toString(),
        total: preview.totalMicroRuv.toString(),
        remaining: preview.remainingMicroRuv.toString(),
        to: [...preview.to],
      }
    }),
    build: os.build.handler(async ({ input }) => unsignedShape(await transactions.build(paymentRequest(input)))),
    inspect: os.inspect.handler(async ({ input }) =>
      unsignedShape(await transactions.inspect(bytesOf(input.unsigned))),
    ),
    sign: os.sign.handler(async ({ input, context }) => {
      const { txId, signed } = await transactions.sign({ bytes: bytesOf(input.unsigned), tokenId: context.tokenId })
      return { txId, signed: toHex(signed) }
    }),
    nonces: os.nonces.handler(async ({ input }) => {
      const { next, taken, missing } = await transactions.nonces(input.account)
      return { next, taken: taken.map((one) => ({ ...one })), missing: [...missing] }
    }),
    raw: os.raw.handler(async ({ input }) => ({
      txId: input.txId,
      signed: toHex(await transactions.raw(input.txId)),
    })),
    cancel: os.cancel.handler(async ({ input, context }) =>
      transactionShape(
        await transactions.cancel({
          account: input.account,
          nonce: input.nonce,
          maxFeeMicroRuv: optionalAmount(input.maxFee),
          tokenId: context.tokenId,
          idempotencyKey: input.idempotencyKey,
        }),
      ),
    ),
    watch: os.watch.handler(async ({ input, signal, path }) => {
      // An unknown transaction is an error of the call, not of the stream that would follow.
      await transactions.show(input.txId)
      return shapesUntilAborted(transactions.watch(input.txId, signal), signal, (error) =>
        toContractError(error, path.join('.'), report),
      )
    }),
  }
}

const optionalAmount = (text: string | undefined): bigint | undefined => (text === undefined ? undefined : BigInt(text))

/** The input's schema knows the form of a time, but not how many days a month has. */
function optionalTime(field: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = Date.parse(text)
  if (!Number.isNaN(ms)) return ms
  throw contractError('INPUT_INVALID', { details: { field, reason: 'there is no such time' } })
}

function unsignedShape(view: UnsignedTransactionView): UnsignedTransaction {
  return {
    unsigned: toHex(view.bytes),
    txId: view.txId,
    chainId: view.chainId,
    account: view.account,
    nonce: view.nonce,
    operations: view.operations.map(operationShape),
    maxFee: view.maxFeeMicroRuv.toString(),
    validUntil: timestampOf(view.validUntilMs),
  }
}

/** The input's schema lets hex and base64 through only. */
function bytesOf(signed: string): Uint8Array {
  return fromHex(signed) ?? Uint8Array.from(Buffer.from(signed, 'base64'))
}

function paymentRequest(intent: Omit<PaymentIntent, 'idempotencyKey'>): PaymentRequest {
  return {
    from: intent.from,
    transfers: intent.transfers.map(({ to, amount, memo }) => ({ to, amountMicroRuv: BigInt(amount), memo })),
    maxFeeMicroRuv: optionalAmount(intent.maxFee),
    coSign: intent.coSign,
    nonce: intent.nonce,
  }
}

/** Ends when the caller is gone, also where the source has nothing to say for a long time. */
async function* shapesUntilAborted(
  views: AsyncIterable<TransactionView>,
  signal: AbortSignal | undefined,
  mapError: (error: unknown) => unknown,
): AsyncGenerator<Transaction, void, void> {
  const iterator = views[Symbol.asyncIterator]()
  const aborted = new Promise<undefined>((resolve) => {
    if (signal?.aborted) resolve(undefined)
    signal?.addEventListener('abort', () => resolve(undefined), { once: true })
  })
  try {
    for (;;) {
      const step = await Promise.race([iterator.next(), aborted])
      if (step === undefined || step.done) return
      yield transactionShape(step.value)
    }
  } catch (error) {
    throw mapError(error)
  } finally {
    // A source that waits answers return() only when it wakes; it has been told by the signal.
    iterator.return?.().catch(() => undefined)
  }
}
