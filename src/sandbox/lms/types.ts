import type { Clock } from '../../runtime/clock.js';
import type { Random } from '../../runtime/random.js';

/** A video of the Kaltura stand-in that the demo's activities point to. */
export interface DemoEntry {
  id: string;
  name: string;
  /** A video that neither course may play: each course gets a link to it that ends on the tool's error page. */
  inNoCourse?: boolean;
}

/** Which LMS the demo pretends to be: an adapter's id, its title and its resource link fixture (decoded id_token). */
export interface LmsTemplate {
  adapterId: string;
  title: string;
  claims: Record<string, unknown>;
}

/** What the tour knows of the tool beside it. */
export interface TourFacts {
  loginUrl: string;
  redirectUri: string;
  jwksUrl: string;
  targetLinkUri?: string;
  /** Makes a fresh address that signs its opener in to the tool's admin screens. */
  adminLink?: () => Promise<string>;
}

export interface DemoLmsOptions {
  clock: Clock;
  random: Random;
  /** 0 (the default) takes a free port. */
  port?: number;
  shape: LmsTemplate;
  /** The event screen of the Kaltura stand-in; shown beside the video. */
  eventsUrl?: string;
  /** The first is the video that both courses share; what is not `inNoCourse` of the others belongs to Biology 101. */
  entries: DemoEntry[];
  /** Called when a visitor opens a step of the tour (1, 2, …). */
  onTour?: (step: number) => void;
}

export type PersonaRole = 'student' | 'teacher';

export interface Persona {
  id: string;
  /** 0, 1, …: makes short numeric ids distinct. */
  ordinal: number;
  role: PersonaRole;
  givenName: string;
  familyName: string;
  username: string;
  email: string;
  sisId: string;
}

export type LaunchWindow = 'frame' | 'new';

export interface Activity {
  id: string;
  ordinal: number;
  title: string;
  /** One line under the title on the course page. */
  note: string;
  entryId: string;
  window: LaunchWindow;
}

export interface Course {
  id: string;
  ordinal: number;
  title: string;
  code: string;
  activities: Activity[];
  /** The course that this one was copied from. */
  copyOf?: Course;
}

export interface ToolInput {
  name: string;
  loginUrl: string;
  redirectUris: string[];
  targetLinkUri: string;
  jwksUrl: string;
}

export interface Tool extends ToolInput {
  clientId: string;
  deploymentId: string;
  activated: boolean;
  visible: boolean;
}

/** One line of `GET /sandbox/launches.json`. Holds no token, no name and no e-mail address. */
export interface LaunchRecord {
  atMs: number;
  persona: string;
  course: string;
  activity: string;
  window: LaunchWindow;
  clientId: string;
  deploymentId: string;
  sub: string;
  contextId: string;
  nonce: string;
}
