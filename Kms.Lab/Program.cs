using Kms.Lab;

return await new LabCommand(Console.Out, isTerminal: !Console.IsOutputRedirected).RunAsync(args);
