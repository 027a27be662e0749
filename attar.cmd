@echo off
rem Builds Release on first use, then runs: attar COMMAND
set DOTNET_NOLOGO=1
set DOTNET_CLI_TELEMETRY_OPTOUT=1
rem .NET keeps Vector of T at 256 bits unless asked
if not defined DOTNET_MaxVectorTBitWidth set DOTNET_MaxVectorTBitWidth=512
set APP=%~dp0src\Attar.Cli\bin\Release\net10.0\Attar.Cli.dll
if not exist "%APP%" (
  echo attar: building ^(once^) ... 1>&2
  dotnet build "%~dp0src\Attar.Cli\Attar.Cli.csproj" -c Release -v quiet 1>&2 || exit /b 1
)
dotnet exec "%APP%" %*
