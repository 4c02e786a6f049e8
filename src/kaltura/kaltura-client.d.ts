/** The part of kaltura-client that the gateway uses. The package has no types of its own. */
declare module 'kaltura-client' {
  interface Logger {
    log(message: string): void;
    debug(message: string): void;
    error(message: string): void;
  }

  class Configuration {
    serviceUrl: string;
    /** Milliseconds. */
    timeout: number;
    setLogger(logger: Logger): void;
  }

  class Client {
    constructor(configuration: Configuration);
    /** The axios instance that sends the requests. */
    axios: {
      defaults: { maxRedirects?: number; maxContentLength?: number; proxy?: false; signal?: AbortSignal };
    };
    setKs(ks: string): void;
    setClientTag(tag: string): void;
  }

  interface Request {
    /** Rejects with an AxiosError, or with a plain object for an API error. */
    execute(client: Client): Promise<unknown>;
  }

  type ApiObject = Record<string, unknown>;

  const kaltura: {
    Configuration: typeof Configuration;
    Client: typeof Client;
    objects: Record<
      'Category' | 'CategoryEntry' | 'CategoryFilter' | 'CategoryEntryFilter' | 'FilterPager' | 'UserFilter',
      new (fields: ApiObject) => ApiObject
    >;
    services: {
      system: { ping(): Request };
      baseEntry: { get(entryId: string): Request };
      category: {
        get(id: number): Request;
        listAction(filter: ApiObject, pager: ApiObject): Request;
        add(category: ApiObject): Request;
      };
      categoryEntry: {
        listAction(filter: ApiObject, pager: ApiObject): Request;
        add(categoryEntry: ApiObject): Request;
        deleteAction(entryId: string, categoryId: number): Request;
      };
      user: { listAction(filter: ApiObject, pager: ApiObject): Request };
    };
  };
  export default kaltura;
}
