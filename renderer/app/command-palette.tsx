import { Search } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import {
  Autocomplete,
  Dialog,
  Header,
  Input,
  Menu,
  MenuItem,
  MenuSection,
  Modal,
  ModalOverlay,
  Text,
  TextField,
} from 'react-aria-components'
import type { Account } from '../../node/api/contract/index.ts'
import { useSessionStore } from '../features/session/store.ts'
import { useT } from '../i18n/index.ts'
import { useSession } from '../rpc/index.ts'
import './command-palette.css'
import { fuzzyFilter } from './fuzzy.ts'
import { limits } from './limits.ts'
import { type Command, paletteCommands } from './palette-commands.ts'
import { usePreferences } from './preferences.ts'
import { closeOverlay, useShellStore } from './shell-store.ts'

const groups = ['places', 'actions', 'accounts'] as const

/** Places, actions and accounts by a few letters of their names. */
export function CommandPalette() {
  const t = useT()
  const isOpen = useShellStore(({ overlay }) => overlay === 'palette')
  return (
    <ModalOverlay
      className="overlay palette-overlay"
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) closeOverlay()
      }}
      isDismissable
    >
      <Modal className="modal palette">
        <Dialog className="dialog" aria-label={t('app.palette.title')}>
          <PaletteContent />
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}

function PaletteContent() {
  const t = useT()
  const session = useSession()
  const vault = useSessionStore((state) => state.vault)
  const preferences = usePreferences()
  const accounts = useAccounts()
  const [query, setQuery] = useState('')
  const commands = useMemo(
    () => paletteCommands({ t, session, vault, preferences, accounts }),
    [t, session, vault, preferences, accounts],
  )
  const found = useMemo(
    () => fuzzyFilter(query, commands, (command) => searchedTexts(command, query), limits.maxPaletteResults),
    [query, commands],
  )
  const run = (id: string | number): void => {
    const command = commands.find((candidate) => candidate.id === id)
    closeOverlay()
    command?.run()
  }
  const isSearching = query.trim() !== ''
  return (
    <Autocomplete inputValue={query} onInputChange={setQuery}>
      <TextField
        className="palette-field"
        aria-label={t('app.palette.placeholder')}
        autoFocus
        maxLength={limits.maxPaletteQueryCharacters}
      >
        <Search size={18} aria-hidden />
        <Input
          className="palette-input"
          placeholder={t('app.palette.placeholder')}
          autoComplete="off"
          spellCheck={false}
        />
      </TextField>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard (WCAG 2.1.1) */}
      <div className="palette-scroll" tabIndex={0}>
        <Menu
          aria-label={t('app.palette.title')}
          className="list-box palette-list"
          onAction={run}
          renderEmptyState={() => <p className="palette-empty">{t('app.palette.nothing', { query })}</p>}
        >
          {isSearching
            ? found.map((command) => <Row key={command.id} command={command} />)
            : groups
                .map((group) => ({ group, items: found.filter((command) => command.group === group) }))
                .filter(({ items }) => items.length > 0)
                .map(({ group, items }) => (
                  <MenuSection key={group}>
                    <Header className="palette-group">{t(`app.palette.${group}`)}</Header>
                    {items.map((command) => (
                      <Row key={command.id} command={command} />
                    ))}
                  </MenuSection>
                ))}
        </Menu>
      </div>
    </Autocomplete>
  )
}

/** An address is found by a piece of it; letters here and there in one mean nothing. */
function searchedTexts({ label, note = '' }: Command, query: string): readonly string[] {
  const piece = query.trim().toLowerCase()
  return piece !== '' && note.includes(piece) ? [label, note] : [label]
}

function Row({ command }: { readonly command: Command }) {
  const { id, label, note, icon: Icon } = command
  return (
    <MenuItem id={id} textValue={label} className="list-item">
      <Icon size={16} aria-hidden />
      <Text slot="label">{label}</Text>
      {note !== undefined && (
        <Text slot="description" className="list-item-description truncate grow">
          {note}
        </Text>
      )}
    </MenuItem>
  )
}

/** Asked for when the palette opens. */
function useAccounts(): readonly Account[] {
  const { api } = useSession()
  const [accounts, setAccounts] = useState<readonly Account[]>([])
  useEffect(() => {
    let isOver = false
    api.accounts.list().then(
      (list) => {
        if (!isOver) setAccounts(list)
      },
      // The palette has enough to offer without them.
      () => undefined,
    )
    return () => {
      isOver = true
    }
  }, [api])
  return accounts
}
