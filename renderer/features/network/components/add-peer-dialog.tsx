import { useState } from 'react'
import { type PeerAddressError, parsePeerAddress, peerAddressLimits } from '../../../../node/api/contract/index.ts'
import { useT } from '../../../i18n/index.ts'
import { type Failure, failureOf, useSession } from '../../../rpc/index.ts'
import { Button, Dialog, TextField, toast } from '../../../ui/index.ts'
import { FailureBanner } from '../../secrets/failure-banner.tsx'

const formId = 'network-add-peer'

/** Dials an address that somebody was given. Its form is looked at while it is typed; only then is anybody dialled. */
export function AddPeerDialog({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const t = useT()
  const { api } = useSession()
  const [address, setAddress] = useState('')
  const [isAsked, setAsked] = useState(false)
  const [isPending, setPending] = useState(false)
  const [failure, setFailure] = useState<Failure | undefined>()
  const parsed = parsePeerAddress(address)
  const close = (): void => {
    setAddress('')
    setAsked(false)
    setFailure(undefined)
    onClose()
  }
  const submit = async (): Promise<void> => {
    setAsked(true)
    if (!parsed.ok || isPending) return
    setPending(true)
    setFailure(undefined)
    try {
      const peer = await api.network.addPeer({ address: parsed.value.text })
      toast({ tone: 'good', title: t('network.peer.added'), text: peer.address })
      close()
    } catch (error) {
      setFailure(failureOf(error))
    } finally {
      setPending(false)
    }
  }
  const fault = isAsked && !parsed.ok ? faultOf(parsed.error, t) : undefined
  return (
    <Dialog
      title={t('network.peer.addTitle')}
      isOpen={isOpen}
      onClose={close}
      keepsOnOutsidePress
      actions={
        <>
          <Button onPress={close}>{t('ui.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} isPending={isPending}>
            {isPending ? t('network.peer.adding') : t('network.peer.addSubmit')}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <TextField
          label={t('network.peer.address')}
          mono
          autoFocus
          value={address}
          onChange={setAddress}
          maxLength={peerAddressLimits.maxCharacters}
          placeholder="/ip4/203.0.113.7/tcp/4001/p2p/12D3KooW…"
          description={t('network.peer.addText')}
          error={fault}
        />
        <FailureBanner failure={failure} />
      </form>
    </Dialog>
  )
}

function faultOf(error: PeerAddressError, t: ReturnType<typeof useT>): string {
  if (error.code === 'PEER_ADDRESS_TOO_LONG') return t('network.peer.addressTooLong', { max: error.maxCharacters })
  return error.part === '' ? t('network.peer.addressForm') : t('network.peer.addressPart', { part: error.part })
}
