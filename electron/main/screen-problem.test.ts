import { describe, expect, it } from 'vitest'
import { type ScreenSources, screenProblem, screenSources } from './screen-problem.ts'

const linux = (env: ScreenSources['env'], there: readonly string[] = [], changes: Partial<ScreenSources> = {}) =>
  screenProblem({
    platform: 'linux',
    env,
    ozonePlatform: '',
    exists: (path) => there.includes(path),
    socketNames: () => there,
    ...changes,
  })

describe('screenProblem', () => {
  it('has nothing to say of systems that always have a screen', () => {
    expect(linux({}, [], { platform: 'darwin' })).toBeUndefined()
    expect(linux({}, [], { platform: 'win32' })).toBeUndefined()
  })

  it('says where no display is named', () => {
    expect(linux({})).toMatch(/neither DISPLAY nor WAYLAND_DISPLAY/)
    expect(linux({ DISPLAY: '', WAYLAND_DISPLAY: '' })).toMatch(/neither DISPLAY nor WAYLAND_DISPLAY/)
  })

  it('knows an X server by its socket, by file or by name', () => {
    expect(linux({ DISPLAY: ':7' }, ['/tmp/.X11-unix/X7'])).toBeUndefined()
    expect(linux({ DISPLAY: 'unix:7.0' }, ['@/tmp/.X11-unix/X7'])).toBeUndefined()
    expect(linux({ DISPLAY: ':7.1' }, ['/tmp/.X11-unix/X71'])).toBe('no X server answers at DISPLAY=:7.1')
    expect(linux({ DISPLAY: ':7' }, [], { socketNames: () => undefined })).toBeUndefined()
  })

  it('leaves the display of another machine to the attempt', () => {
    expect(linux({ DISPLAY: 'localhost:10.0' })).toBeUndefined()
  })

  it('knows a Wayland compositor by its socket, and takes either of the two', () => {
    const env = { WAYLAND_DISPLAY: 'wayland-0', XDG_RUNTIME_DIR: '/run/user/1' }
    expect(linux(env, ['/run/user/1/wayland-0'])).toBeUndefined()
    expect(linux({ WAYLAND_DISPLAY: '/run/w' }, ['/run/w'])).toBeUndefined()
    expect(linux({ ...env, DISPLAY: ':7' }, ['/run/user/1/wayland-0'])).toBeUndefined()
    expect(linux({ ...env, DISPLAY: ':7' })).toBe(
      'no X server answers at DISPLAY=:7, and no compositor answers at WAYLAND_DISPLAY=wayland-0',
    )
  })

  it('shows no window where it is told to show none', () => {
    const env = { DISPLAY: ':7' }
    expect(linux(env, ['/tmp/.X11-unix/X7'], { ozonePlatform: 'headless' })).toMatch(/headless/)
  })
})

describe('screenSources', () => {
  it('reads the names of the sockets of this machine', ({ skip }) => {
    if (process.platform !== 'linux') skip('needs /proc/net/unix')
    const names = screenSources('').socketNames()
    expect(names).toBeDefined()
    for (const name of names ?? []) expect(name).toMatch(/^[@/]/)
  })
})
