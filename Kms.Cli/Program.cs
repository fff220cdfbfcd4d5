using Kms.Cli;

return await new KmsCommand(CommandEnvironment.OfProcess()).RunAsync(args);
