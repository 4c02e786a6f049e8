// The page around the player: sets it up, reports problems, keeps the session fresh.
(() => {
  const view = JSON.parse(document.getElementById('view').textContent);
  const element = (id) => document.getElementById(id);

  const RENEW_AT = 0.8; // of a session's life
  const FIRST_RETRY_MS = 5_000;
  const LAST_RETRY_MS = 300_000;
  const SLOW_AFTER_MS = 15_000;
  const CRITICAL = 2; // the player's severity of an error that ends playback

  // The server's time: sessions are dated by it, and this computer's clock may be wrong.
  const clockOffsetMs = view.nowMs - Date.now();
  const nowMs = () => Date.now() + clockOffsetMs;

  const post = (name, body) =>
    fetch(`${view.publicPath}/${name}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-Playcontext': '1' },
      body: JSON.stringify({ grant: view.grant, ...body }),
      cache: 'no-store',
      keepalive: true,
    });

  let player;
  let ks = view.ks;
  let ksExpiresAtMs = view.ksExpiresAtMs;
  let ksOfMedia;

  // --- Problems ------------------------------------------------------------------------------------------------

  let failed = false;

  const codeOf = (error) =>
    String(error?.data?.code ?? error?.code ?? error?.name ?? 'unknown')
      .replace(/[^\w.-]/g, '')
      .slice(0, 40);

  /** Shows the calm message in place of the video and reports once. `kind`: script, setup, load or playback. */
  const fail = (kind, code) => {
    if (failed) return;
    failed = true;
    const hadFocus = element('player').contains(document.activeElement);
    element('loading').hidden = true;
    element('player').hidden = true;
    element('problem-code').textContent = `${kind}-${code}`;
    element('problem').hidden = false;
    if (hadFocus) element('problem').focus();
    // Later, because the player's own listeners of this error still have to report it.
    setTimeout(() => player?.pause(), 0);
    post('problem', { requestId: view.requestId, kind, code }).catch(() => undefined);
  };

  element('retry').addEventListener('click', () => location.reload());

  // --- Values on every event -----------------------------------------------------------------------------------

  const APPLICATION_EVENTS = 10_000;

  /** The analytics plugin calls this just before it sends an event, in all its versions. */
  const completeEvent = (event) => {
    event.ks = ks;
    event.userId = view.viewerId;
    if (view.categoryId) event.playbackContext = view.categoryId;
    else delete event.playbackContext;
    // From 10000 on `application` is the kind of player; hostingKalturaApplication carries ours there.
    if (Number(event.eventType) < APPLICATION_EVENTS) event.application = view.applicationName;
    return true;
  };

  const analytics = () => ({
    // Named here, so that no text of the entry can make the player's templates lose them.
    partnerId: view.partnerId,
    uiConfId: view.uiConfId,
    entryId: view.entryId,
    ks,
    userId: view.viewerId,
    application: view.applicationName,
    ...(view.categoryId ? { playbackContext: view.categoryId } : {}),
    tamperAnalyticsHandler: completeEvent,
  });

  // --- Playing -------------------------------------------------------------------------------------------------

  const load = (options = {}) => {
    ksOfMedia = ks;
    return player.loadMedia({ entryId: view.entryId, ks }, { metadata: { name: view.mediaName }, ...options });
  };

  /** The media's addresses hold the session that it was loaded with. */
  const mediaIsStale = () => ksOfMedia !== ks;

  const loadAgain = (startTime) =>
    load({ startTime }).then(
      () => player.play(),
      (error) => fail('load', codeOf(error)),
    );

  const start = () => {
    clearTimeout(slow);
    const { KalturaPlayer } = window;
    try {
      player = KalturaPlayer.setup({
        targetId: 'player',
        provider: { partnerId: view.partnerId, uiConfId: view.uiConfId, ks },
        playback: { autoplay: false },
        plugins: { kava: analytics() },
      });
    } catch (error) {
      fail('setup', codeOf(error));
      return;
    }
    const { Error: PlayerError } = KalturaPlayer.core;
    const { Core } = player.Event;

    player.addEventListener(Core.ERROR, ({ payload }) => {
      if (payload?.severity !== CRITICAL) return;
      // loadMedia rejects as well, and says more.
      if (payload.code === PlayerError.Code.LOAD_FAILED) return;
      if (mediaIsStale()) void loadAgain(player.currentTime);
      else fail('playback', codeOf(payload));
    });
    let ended = false;
    player.addEventListener(Core.PLAYBACK_ENDED, () => (ended = true));
    player.addEventListener(Core.PLAY, () => {
      if (ended && mediaIsStale()) void loadAgain(0);
      ended = false;
      renewIfDue();
    });

    element('loading').hidden = true; // the player shows its own sign from here on
    load().catch((error) => fail('load', codeOf(error)));
  };

  // --- A fresh session before the old one ends -----------------------------------------------------------------

  let renewAtMs;
  let renewTimer;
  let renewing = false;
  let refused = false;
  let retryMs = FIRST_RETRY_MS;

  const plan = (waitMs) => {
    clearTimeout(renewTimer);
    renewAtMs = nowMs() + waitMs;
    renewTimer = setTimeout(() => void renew(), waitMs);
  };

  const renew = async () => {
    if (renewing || refused) return;
    renewing = true;
    try {
      const answer = await post('session', {});
      // The grant has ended: asking again can't help, and what is loaded plays on.
      refused = answer.status === 401 || answer.status === 403;
      if (!answer.ok) throw new Error('no session');
      const fresh = await answer.json();
      ks = fresh.ks;
      ksExpiresAtMs = fresh.expiresAtMs;
      retryMs = FIRST_RETRY_MS;
      plan(Math.max(FIRST_RETRY_MS, (ksExpiresAtMs - nowMs()) * RENEW_AT));
    } catch {
      plan(retryMs);
      retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
    } finally {
      renewing = false;
    }
  };

  /** Timers stand still while a computer sleeps. */
  const renewIfDue = () => {
    if (nowMs() >= renewAtMs) void renew();
  };

  plan(Math.max(0, (ksExpiresAtMs - nowMs()) * RENEW_AT));
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') renewIfDue();
  });
  addEventListener('online', renewIfDue);

  // --- Start ---------------------------------------------------------------------------------------------------

  const slow = setTimeout(() => (element('loading').textContent = element('loading').dataset.slow), SLOW_AFTER_MS);
  // Deferred scripts run in the order of the page, so this one always comes before the player's.
  element('player-script').addEventListener('load', start);
  element('player-script').addEventListener('error', () => fail('script', 'unreachable'));
})();
