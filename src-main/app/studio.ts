import { app, dialog, nativeTheme, powerMonitor, safeStorage, type BrowserWindow } from 'electron'
import { join } from 'node:path'
import { recipeOf } from '#shared/schema/draft'
import type { Settings } from '#shared/schema/settings'
import { importAdapter } from '../engine-host/adapter-imports'
import { Devices } from '../engine-host/devices'
import { Downloads } from '../engine-host/downloads'
import { EngineHost } from '../engine-host/engine-host'
import { EngineTurns } from '../engine-host/engine-turns'
import { LivePictures } from '../engine-host/live-pictures'
import { forkUtility } from '../engine-host/fork-utility'
import { ModelErrands } from '../engine-host/model-errands'
import { ModelWorks } from '../engine-host/model-work'
import { ModelShelf } from '../engine-host/model-shelf'
import { QueueRunner, type Emit } from '../engine-host/queue-runner'
import { ChosenPaths } from '../ipc/chosen-paths'
import { handleDrops, handleRequests, tell } from '../ipc/handle'
import { adapterHandlers } from '../ipc/handlers/adapters'
import { downloadHandlers } from '../ipc/handlers/downloads'
import { deviceHandlers } from '../ipc/handlers/devices'
import { engineHandlers } from '../ipc/handlers/engine'
import { generateHandlers } from '../ipc/handlers/generate'
import { liveHandlers } from '../ipc/handlers/live'
import { modelWorkHandlers } from '../ipc/handlers/model-work'
import { promptHandlers } from '../ipc/handlers/prompt'
import { settingsHandlers } from '../ipc/handlers/settings'
import { startHandlers } from '../ipc/handlers/start'
import type { Library } from '../library/library'
import { isOurPage } from './address'
import { PictureRoom } from './picture-room'
import { openFolder } from './open-folder'
import type { Places } from './places'
import { Tokens } from './tokens'

/** How often to look whether the command line has written to the library. */
const WATCH_MS = 1000

/** The first picture comes before devices that may draw the next ones faster. */
const DEVICE_TESTS_AFTER_MS = 30_000

/** The running studio: library, engine and queue, and the window's way to them. */
export class Studio {
  private window: BrowserWindow | null = null
  private threads = 0
  private statesBudget: number | undefined
  private provider: Settings['provider'] = 'auto'
  private memoryLimit = 0
  private watch: NodeJS.Timeout | undefined
  private laterChecks: NodeJS.Timeout | undefined
  private readonly engine: EngineHost
  private readonly shelf: ModelShelf
  private readonly queue: QueueRunner
  private readonly live: LivePictures
  /** What is done with finished pictures. */
  readonly room: PictureRoom
  private readonly tokens: Tokens
  private readonly devices: Devices
  private readonly errands: ModelErrands
  private readonly downloads: Downloads
  private readonly works: ModelWorks
  private readonly emit: Emit = (name, payload) => this.room.emit(name, payload)

  constructor(
    private readonly library: Library,
    private readonly places: Places,
  ) {
    this.room = new PictureRoom(
      library,
      places.desk,
      () => this.shown,
      (name, payload) => this.shown !== null && tell(this.shown.webContents, name, payload),
    )
    this.engine = new EngineHost(
      () => forkUtility(places.engine, this.engineEnvironment()),
      (state) => this.emit('engine/state', state),
    )
    this.shelf = new ModelShelf(this.engine, places.embedded, library.folders.models)
    const turns = new EngineTurns(this.engine)
    this.queue = new QueueRunner(library, turns, this.shelf, this.emit, (picture) => void this.room.kept(picture))
    this.live = new LivePictures(library, turns, this.shelf)
    this.tokens = new Tokens(safeStorage, join(library.folders.root, 'hub-token'))
    this.devices = new Devices({
      fork: () => forkUtility(places.engine, process.env),
      file: library.folders.devices,
      emit: this.emit,
      onFound: () => void this.useNewDevices(),
    })
    // Processes of their own: the one that draws never has a network.
    this.errands = new ModelErrands(() => forkUtility(places.engine, process.env), library)
    this.downloads = new Downloads({
      errands: this.errands,
      library,
      token: () => this.tokens.read(),
      emit: this.emit,
      onInstalled: () => void this.tellModels(),
    })
    this.works = new ModelWorks({
      errands: this.errands,
      library,
      find: (name) => this.shelf.named(name),
      emit: this.emit,
      onChanged: () => void this.tellModels(),
    })
  }

  /** Starts the engine and goes on with the queue. The requests of any window are answered from now on. */
  start(): void {
    const chosen = new ChosenPaths()
    const fork = () => forkUtility(this.places.engine, process.env)
    handleDrops((paths) => chosen.add(paths), isOurPage)
    handleRequests(
      {
        'app/info': () => ({
          version: app.getVersion(),
          electron: process.versions.electron ?? '',
          platform: process.platform,
          dataFolder: this.library.folders.root,
        }),
        'app/open-folder': ({ which }) => openFolder(this.library, which),
        ...settingsHandlers(this.library, (settings) => this.applySettings(settings)),
        ...this.room.handlers(this.queue, chosen),
        ...generateHandlers(this.queue),
        ...liveHandlers(this.live, this.library),
        ...engineHandlers(this.engine, this.shelf, this.library),
        ...downloadHandlers(this.downloads, this.tokens, chosen, async () => (await this.choose('folder'))[0] ?? null),
        ...deviceHandlers(this.devices),
        ...promptHandlers(this.shelf, this.room.desk),
        ...adapterHandlers(this.library, this.shelf, async (where) => importAdapter(fork, where), chosen),
        ...startHandlers(this.library, async (file, starts) => this.room.desk.keepStart(file, starts), chosen),
        ...modelWorkHandlers(this.works, chosen, (what) => this.choose(what)),
      },
      isOurPage,
      this.library.folders.root,
    )
    this.applySettings(this.library.settings.get())
    this.engine.start()
    this.queue.resume()
    this.room.lookAfter()
    // The machine slept: no time that passed meanwhile counts.
    powerMonitor.on('resume', () => {
      this.engine.woke()
      this.queue.woke()
    })
    void this.warmUp()
    this.watchLibrary()
    this.laterChecks = setTimeout(() => void this.devices.test(), DEVICE_TESTS_AFTER_MS)
  }

  /** The window, while there is one. */
  private get shown(): BrowserWindow | null {
    return this.window !== null && !this.window.isDestroyed() ? this.window : null
  }

  /** Events go to this window from now on. */
  show(window: BrowserWindow): void {
    this.window = window
  }

  /** Ends everything in order; what is drawn at the moment goes on at the next start. */
  close(): void {
    this.window = null
    clearInterval(this.watch)
    clearTimeout(this.laterChecks)
    this.devices.close()
    this.downloads.close()
    this.errands.close()
    this.room.close()
    this.queue.close()
    this.engine.close()
    this.library.backUp()
    this.library.close()
  }

  /** The first picture should not wait for the model to load. */
  private async warmUp(): Promise<void> {
    try {
      const { draft } = this.library.settings.get()
      const model = await this.shelf.preferred(draft.model)
      if (model !== undefined) this.engine.warm(model.folder, recipeOf(draft, model.card))
    } catch {
      // The engine is down; the window shows that already.
    }
  }

  /** An engine learns of devices when it is forked; one at work learns of them at the next start. */
  private async useNewDevices(): Promise<void> {
    if (this.engine.state.is !== 'ready') return
    this.engine.restart()
    await this.tellModels()
  }

  private async tellModels(): Promise<void> {
    this.shelf.forget()
    try {
      this.emit('models/changed', await this.shelf.cards())
    } catch {
      // The engine is down; the window shows that already, and asks again once it is up.
    }
  }

  /** Files or a folder that the user chooses; none when they do not. */
  private async choose(what: 'files' | 'folder'): Promise<string[]> {
    const options = {
      properties: what === 'folder' ? ['openDirectory' as const] : ['openFile' as const, 'multiSelections' as const],
    }
    const { filePaths } = await (this.window ? dialog.showOpenDialog(this.window, options) : dialog.showOpenDialog(options))
    return filePaths
  }

  private applySettings({ theme, threads, provider, memoryLimit, statesBudget }: Settings): void {
    nativeTheme.themeSource = theme
    if (statesBudget !== this.statesBudget) this.library.states.keepWithin(statesBudget)
    this.statesBudget = statesBudget
    const isChanged = threads !== this.threads || provider !== this.provider || memoryLimit !== this.memoryLimit
    this.memoryLimit = memoryLimit
    this.threads = threads
    this.provider = provider
    // The engine learns them when it is forked.
    if (!isChanged || this.engine.state.is !== 'ready') return
    this.engine.restart()
    void this.tellModels()
  }

  private engineEnvironment(): NodeJS.ProcessEnv {
    const { features, devices } = this.library.folders
    const own = { ...process.env, TIM_FEATURES: features, TIM_DEVICES: devices, TIM_PROVIDER: this.provider }
    return {
      ...own,
      ...(this.threads === 0 ? {} : { TIM_THREADS: String(this.threads) }),
      ...(this.memoryLimit === 0 ? {} : { TIM_MEMORY: String(this.memoryLimit) }),
    }
  }

  private watchLibrary(): void {
    let seen = this.library.dataVersion()
    this.watch = setInterval(() => {
      const now = this.library.dataVersion()
      if (now === seen) return
      seen = now
      this.emit('history/changed', { is: 'changed', ids: [] })
      this.emit('queue/changed', this.queue.view())
    }, WATCH_MS)
  }
}
