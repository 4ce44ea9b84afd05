import { useT } from '../i18n/index.ts'
import { Dialog, Kbd } from '../ui/index.ts'
import { closeOverlay, useShellStore } from './shell-store.ts'
import { shortcutList } from './shortcuts.ts'

export function ShortcutsDialog() {
  const t = useT()
  const isOpen = useShellStore(({ overlay }) => overlay === 'shortcuts')
  return (
    <Dialog title={t('app.shortcuts.title')} isOpen={isOpen} onClose={closeOverlay}>
      <div className="stack">
        {shortcutList.map(({ group, items }) => (
          <section key={group} className="stack-tight">
            <h3>{t(group)}</h3>
            <dl className="shortcuts">
              {items.map(({ keys, text }) => (
                <div key={keys}>
                  <dt>{t(text)}</dt>
                  <dd>
                    <Kbd keys={keys} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
