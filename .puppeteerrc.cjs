// Browsers are the system's (see tools/bootstrap.mjs): none is downloaded, with a plain `npm ci` neither.
module.exports = { skipDownload: true };
