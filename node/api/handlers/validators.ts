/** validators.*: who validates with what stake, and stake that is bonded or asked back. */
import type { NodeServices, StakedValidatorListView } from '../../services/types.ts'
import type { StakedValidatorList } from '../contract/index.ts'
import type { Guarded } from './guard.ts'
import { timestampOf, transactionShape } from './views.ts'

export function validatorsHandlers(os: Guarded['validators'], validators: NodeServices['validators']) {
  return {
    list: os.list.handler(async () => listShape(await validators.list())),
    bond: os.bond.handler(async ({ input: { amount, maxFee, ...order }, context: { tokenId } }) =>
      transactionShape(await validators.bond({ ...order, ...amountsOf(amount, maxFee), tokenId })),
    ),
    unbond: os.unbond.handler(async ({ input: { amount, maxFee, ...order }, context: { tokenId } }) =>
      transactionShape(await validators.unbond({ ...order, ...amountsOf(amount, maxFee), tokenId })),
    ),
  }
}

function amountsOf(amount: string, maxFee: string | undefined) {
  return { amountMicroRuv: BigInt(amount), maxFeeMicroRuv: maxFee === undefined ? undefined : BigInt(maxFee) }
}

function listShape({ epoch, startMs, endsAtMs, totalMicroRuv, items }: StakedValidatorListView): StakedValidatorList {
  return {
    epoch,
    start: timestampOf(startMs),
    end: timestampOf(endsAtMs),
    total: totalMicroRuv.toString(),
    items: items.map(({ id, publicKey, owner, bondedMicroRuv, countedMicroRuv, unbonding, isJailed, isSelf }) => ({
      id,
      publicKey,
      owner,
      bonded: bondedMicroRuv.toString(),
      counted: countedMicroRuv.toString(),
      unbonding: unbonding.map(({ amountMicroRuv, releaseAtMs }) => ({
        amount: amountMicroRuv.toString(),
        releaseAt: releaseAtMs === null ? null : timestampOf(releaseAtMs),
      })),
      jailed: isJailed,
      self: isSelf,
    })),
  }
}
