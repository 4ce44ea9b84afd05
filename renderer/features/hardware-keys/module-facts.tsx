import type { OpenModule } from '../../../node/api/contract/index.ts'
import { useT } from '../../i18n/index.ts'
import { Banner, Facts } from '../../ui/index.ts'

/** What the module says of itself, and what this program knows to mind about such modules. */
export function ModuleFacts({
  opened: { module, profile },
}: {
  readonly opened: Pick<OpenModule, 'module' | 'profile'>
}) {
  const t = useT()
  return (
    <>
      <Facts
        items={[
          { label: t('hsm.module'), value: `${module.description} ${module.version}, ${module.manufacturer}` },
          { label: t('hsm.module.sha256'), value: <span className="num hsm-hash">{module.sha256}</span> },
        ]}
      />
      {!profile.tested && <Banner tone="warn">{t('hsm.module.untested', { name: profile.name })}</Banner>}
      {profile.notes.length > 0 && (
        <Banner tone="info" title={t('hsm.module.notes')}>
          <ul className="hsm-notes" lang="en">
            {profile.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </Banner>
      )}
    </>
  )
}
