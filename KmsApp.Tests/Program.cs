// The tests are run by their runner, and not from here: this is what tests start as further processes.
using KmsApp.Tests;

return args is [TableWorker.Word, var folder, var anchorFile, var seed, var writes] ? TableWorker.Run(folder, anchorFile, seed, writes) : 1;
