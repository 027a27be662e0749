return Attar.Cli.Commands.CommandLine.Run(args);
