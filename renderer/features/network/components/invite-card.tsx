import { inviteAddresses, inviteLink, isOfThisMachine } from '../../../../node/api/contract/index.ts'
import { useT } from '../../../i18n/index.ts'
import { useSession } from '../../../rpc/index.ts'
import { Card, CopyButton, QrCode, Skeleton } from '../../../ui/index.ts'
import { useSessionStore } from '../../session/store.ts'
import { useNetworkStore } from '../store.ts'

/** A link, and a code for cameras, by which others join this network: it names the chain, and where its genesis can be asked for. */
export function InviteCard() {
  const t = useT()
  const { platform } = useSession()
  const chainId = useSessionStore(({ node }) => node?.chainId)
  const announced = useNetworkStore(({ reachability }) => reachability?.announced)
  if (chainId === undefined || announced === undefined) {
    return (
      <Card title={t('network.invite')}>
        <Skeleton height={120} />
      </Card>
    )
  }
  const link = inviteLink(chainId, announced)
  const addresses = inviteAddresses(announced)
  return (
    <Card title={t('network.invite')}>
      <div className="invite">
        <QrCode text={link} label={t('network.invite.code')} size={176} />
        <div className="stack">
          <p>{t('network.invite.text')}</p>
          <code className="multiaddr">{link}</code>
          <div>
            <CopyButton text={link} label={t('network.invite.copy')} isWordy copy={platform.copy} />
          </div>
          <p className="muted small">
            {addresses.length === 0
              ? t('network.invite.noAddress')
              : addresses.every(isOfThisMachine)
                ? t('network.invite.thisMachine')
                : t('network.invite.addresses', { count: addresses.length })}
          </p>
        </div>
      </div>
    </Card>
  )
}
