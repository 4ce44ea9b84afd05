import { Droplets } from 'lucide-react'
import { useRef } from 'react'
import { useFormat, useT } from '../../../i18n/index.ts'
import { useSession } from '../../../rpc/index.ts'
import { Button, toast } from '../../../ui/index.ts'
import { useTask } from '../hooks/use-task.ts'
import { useNetwork, useWalletSync } from '../hooks/use-wallet.ts'

/** Test money for an account of one's own: on development networks only, elsewhere nothing shows. */
export function FaucetButton({
  account,
  variant = 'secondary',
}: {
  readonly account: string | undefined
  readonly variant?: 'primary' | 'secondary'
}) {
  const t = useT()
  const format = useFormat()
  const { api } = useSession()
  const sync = useWalletSync()
  const task = useTask()
  const network = useNetwork()
  /** Of the press that has had no answer yet: pressed again after a lost connection, it asks for the same. */
  const key = useRef<string | undefined>(undefined)
  if (network !== 'dev' || account === undefined) return null
  const press = (): void =>
    task.run(async () => {
      key.current ??= `faucet-${crypto.randomUUID()}`
      try {
        const transaction = await api.transactions.faucet({ account, idempotencyKey: key.current })
        key.current = undefined
        sync.took(transaction)
        const amount = transaction.operations[0]?.amount ?? '0'
        toast({
          tone: 'info',
          title: t('wallet.faucet.done', { amount: format.amount(amount) }),
          text: t('wallet.faucet.doneText'),
        })
      } catch (error) {
        const { code } = error as { code?: unknown }
        // Refused by the ledger: the next press is another wish.
        if (code === 'FAUCET_LIMIT' || code === 'FAUCET_CAP') key.current = undefined
        throw error
      }
    })
  return (
    <>
      <Button icon={Droplets} variant={variant} onPress={press} isPending={task.isPending}>
        {t('wallet.faucet')}
      </Button>
      {task.failure !== undefined && (
        <span role="alert" className="small wallet-bad">
          {task.failure.message}
        </span>
      )}
    </>
  )
}
