/** policies.*: who signs for an account, its limit, and its recovery. */
import type { AccountPolicyView, KeyView, NodeServices } from '../../services/types.ts'
import type { AccountPolicy } from '../contract/index.ts'
import type { Guarded } from './guard.ts'
import { timestampOf, transactionShape } from './views.ts'

export function policiesHandlers(os: Guarded['policies'], policies: NodeServices['policies']) {
  return {
    show: os.show.handler(async ({ input }) => policyShape(await policies.show(input.account))),
    setKey: os.setKey.handler(async ({ input, context: { tokenId } }) =>
      transactionShape(await policies.setKey({ ...orderOf(input), tokenId })),
    ),
    setLimit: os.setLimit.handler(async ({ input: { dailyLimit, ...input }, context: { tokenId } }) =>
      transactionShape(await policies.setLimit({ ...orderOf(input), dailyLimitMicroRuv: BigInt(dailyLimit), tokenId })),
    ),
    setRecovery: os.setRecovery.handler(async ({ input, context: { tokenId } }) =>
      transactionShape(await policies.setRecovery({ ...orderOf(input), tokenId })),
    ),
    clear: os.clear.handler(async ({ input, context: { tokenId } }) =>
      transactionShape(await policies.clear({ ...orderOf(input), tokenId })),
    ),
    cancelRecovery: os.cancelRecovery.handler(async ({ input, context: { tokenId } }) =>
      transactionShape(await policies.cancelRecovery({ ...orderOf(input), tokenId })),
    ),
    recover: os.recover.handler(async ({ input, context: { tokenId } }) =>
      transactionShape(await policies.recover({ ...orderOf(input), tokenId })),
    ),
  }
}

function orderOf<Input extends { readonly maxFee?: string | undefined }>({ maxFee, ...rest }: Input) {
  return { ...rest, maxFeeMicroRuv: maxFee === undefined ? undefined : BigInt(maxFee) }
}

function keyShape({ address, suite, label, isInVault }: KeyView): NonNullable<AccountPolicy['key']> {
  return { address, suite, label, inVault: isInVault }
}

function policyShape({ address, key, limit, recovery }: AccountPolicyView): AccountPolicy {
  return {
    address,
    key: key === null ? null : keyShape(key),
    limit:
      limit === null
        ? null
        : {
            key: keyShape(limit.key),
            dailyLimit: limit.dailyLimitMicroRuv.toString(),
            spent: limit.spentMicroRuv.toString(),
            left: limit.allowanceMicroRuv.toString(),
          },
    recovery:
      recovery === null
        ? null
        : {
            key: keyShape(recovery.key),
            delayMs: recovery.delayMs,
            takesOverAt: recovery.takesOverAtMs === null ? null : timestampOf(recovery.takesOverAtMs),
          },
  }
}
