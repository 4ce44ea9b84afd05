import { Pencil } from 'lucide-react'
import { useState } from 'react'
import { contractLimits } from '../../../../node/api/contract/index.ts'
import { useT } from '../../../i18n/index.ts'
import { useSession } from '../../../rpc/index.ts'
import { Button, TextField } from '../../../ui/index.ts'
import { FailureBanner } from '../components/failure-banner.tsx'
import { useTask } from '../hooks/use-task.ts'
import { useWallet } from '../hooks/use-wallet.ts'
import { selectNotes } from '../store/selectors.ts'

/** A note on a transaction: of the owner alone, on this machine alone. */
export function NoteField({ txId }: { readonly txId: string }) {
  const t = useT()
  const { api } = useSession()
  const note = useWallet((state) => selectNotes(state).get(txId)) ?? ''
  const [text, setText] = useState<string | undefined>()
  const task = useTask()
  const save = (): void =>
    task.run(async () => {
      const label = (text ?? '').trim()
      if (label === '') await api.labels.remove({ type: 'tx', ref: txId })
      else await api.labels.put({ type: 'tx', ref: txId, label })
      // The event says so too; a form that has been sent shows its answer at once.
      const others = useWallet.getState().labels.filter(({ type, ref }) => type !== 'tx' || ref !== txId)
      useWallet.setState({ labels: label === '' ? others : [...others, { type: 'tx', ref: txId, label }] })
      setText(undefined)
    })
  if (text === undefined) {
    return (
      <div className="note">
        <span className={note === '' ? 'muted' : ''} dir="auto">
          {note === '' ? t('wallet.note.none') : note}
        </span>
        <Button variant="quiet" size="small" icon={Pencil} onPress={() => setText(note)}>
          {note === '' ? t('wallet.note.add') : t('wallet.note.edit')}
        </Button>
      </div>
    )
  }
  return (
    <form
      className="stack-tight"
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
    >
      <TextField
        label={t('wallet.note')}
        value={text}
        onChange={setText}
        maxLength={contractLimits.maxLabelCharacters}
        description={t('wallet.note.text')}
        autoFocus
      />
      <FailureBanner failure={task.failure} />
      <div className="row">
        <Button type="submit" variant="primary" size="small" isPending={task.isPending}>
          {t('wallet.save')}
        </Button>
        <Button size="small" onPress={() => setText(undefined)}>
          {t('ui.cancel')}
        </Button>
      </div>
    </form>
  )
}
