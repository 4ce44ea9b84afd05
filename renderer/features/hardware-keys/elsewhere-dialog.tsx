import { useT } from '../../i18n/index.ts'
import { Button, Dialog } from '../../ui/index.ts'
import { Commands } from './commands.tsx'
import { keyOf, useHardwareKeys } from './store.ts'
import { stopWaitingForToken } from './unlock-token.ts'

/** In a browser: where and how a token is unlocked that something waits for. It goes by itself once the token is. */
export function ElsewhereDialog() {
  const t = useT()
  const awaited = useHardwareKeys((state) => state.awaited)
  const key = useHardwareKeys((state) => keyOf(state, awaited ?? undefined))
  return (
    <Dialog
      title={t('hsm.elsewhere.title')}
      isOpen={awaited !== null}
      onClose={stopWaitingForToken}
      keepsOnOutsidePress
      actions={<Button onPress={stopWaitingForToken}>{t('hsm.elsewhere.stop')}</Button>}
    >
      <div className="stack">
        <p>{t('hsm.elsewhere.text')}</p>
        <Commands lines={[`qudag hsm unlock ${key?.id ?? ''}`.trimEnd()]} />
        <p className="muted small" role="status">
          {t('hsm.elsewhere.waits')}
        </p>
      </div>
    </Dialog>
  )
}
