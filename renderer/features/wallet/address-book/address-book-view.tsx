import { ArrowUpRight, BookUser, Pencil, Plus, Search, SearchX, Trash2 } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { navigate } from '../../../app/routes.ts'
import { useT } from '../../../i18n/index.ts'
import { failureOf, useSession } from '../../../rpc/index.ts'
import {
  Address,
  AlertDialog,
  Button,
  EmptyState,
  IconButton,
  Page,
  TextField,
  toast,
  VirtualList,
} from '../../../ui/index.ts'
import { WalletNav } from '../components/wallet-nav.tsx'
import { useShortcuts } from '../hooks/use-shortcuts.ts'
import { useNames, useWallet } from '../hooks/use-wallet.ts'
import { matching, type NamedAddress } from '../model/names.ts'
import { EntryDialog, type EntryDialogProps } from './entry-dialog.tsx'
import { reloadLabels } from './reload-labels.ts'

const rowHeight = 60

/** Names of other people's addresses. They stay on this machine. */
export function AddressBookView() {
  const t = useT()
  const { api } = useSession()
  const names = useNames()
  const isReady = useWallet((state) => state.status === 'ready')
  const [text, setText] = useState('')
  const [editing, setEditing] = useState<EntryDialogProps['entry'] | undefined>()
  const [removing, setRemoving] = useState<NamedAddress | undefined>()
  const search = useRef<HTMLInputElement & HTMLTextAreaElement>(null)
  useShortcuts({ '/': () => search.current?.focus() })
  const book = useMemo(() => names.all.filter(({ kind }) => kind === 'book'), [names])
  const found = useMemo(() => matching(book, text), [book, text])
  const remove = async ({ address }: NamedAddress): Promise<void> => {
    setRemoving(undefined)
    try {
      await api.labels.remove({ type: 'address', ref: address })
      await reloadLabels(api)
    } catch (error) {
      toast({ tone: 'bad', title: failureOf(error).message })
    }
  }
  return (
    <Page
      title={t('wallet.book')}
      actions={
        <Button variant="primary" icon={Plus} onPress={() => setEditing({})}>
          {t('wallet.book.add')}
        </Button>
      }
    >
      <WalletNav current="address-book" />
      {book.length === 0 ? (
        isReady && (
          <EmptyState
            icon={BookUser}
            title={t('wallet.book.empty')}
            text={t('wallet.book.emptyText')}
            action={
              <Button variant="primary" onPress={() => setEditing({})}>
                {t('wallet.book.add')}
              </Button>
            }
          />
        )
      ) : (
        <>
          <div className="section-head">
            <TextField
              label={t('wallet.book.search')}
              isLabelHidden
              type="search"
              value={text}
              onChange={setText}
              placeholder={t('wallet.book.search')}
              suffix={<Search size={14} aria-hidden />}
              inputRef={search}
              className="filter-search"
            />
            <span className="small muted num" role="status">
              {t('wallet.book.count', { count: found.length })}
            </span>
          </div>
          {found.length === 0 ? (
            <EmptyState icon={SearchX} title={t('wallet.book.noneFound')} />
          ) : (
            <div className="book-list">
              <VirtualList
                label={t('wallet.book')}
                items={found}
                keyOf={({ address }) => address}
                rowHeight={rowHeight}
                renderRow={(entry) => (
                  <div className="book-row">
                    <div className="book-who">
                      <strong className="truncate" dir="auto">
                        {entry.name}
                      </strong>
                      <Address value={entry.address} isElided hasCopyButton />
                    </div>
                    <Button
                      size="small"
                      icon={ArrowUpRight}
                      onPress={() => navigate('wallet', ['send'], { query: { to: entry.address } })}
                    >
                      {t('wallet.book.sendTo')}
                    </Button>
                    <IconButton
                      label={t('wallet.book.editOf', { name: entry.name })}
                      icon={Pencil}
                      onPress={() => setEditing(entry)}
                    />
                    <IconButton
                      label={t('wallet.book.removeOf', { name: entry.name })}
                      icon={Trash2}
                      onPress={() => setRemoving(entry)}
                    />
                  </div>
                )}
              />
            </div>
          )}
        </>
      )}
      {editing !== undefined && <EntryDialog entry={editing} onClose={() => setEditing(undefined)} />}
      <AlertDialog
        title={t('wallet.book.removeTitle')}
        isOpen={removing !== undefined}
        isDangerous
        confirmLabel={t('wallet.book.remove')}
        onCancel={() => setRemoving(undefined)}
        onConfirm={() => removing !== undefined && void remove(removing)}
      >
        {t('wallet.book.removeText', { name: removing?.name ?? '' })}
      </AlertDialog>
    </Page>
  )
}
