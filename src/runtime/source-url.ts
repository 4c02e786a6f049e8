/** Where the source of this program can be had unless an operator says otherwise; AGPL-3.0 §13 asks for the link. */
export const SOURCE_URL = 'https://github.com/playcontext/playcontext';
